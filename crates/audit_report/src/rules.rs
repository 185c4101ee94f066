//! Reads the rule files of `rules/`: those built in, or an overlay of local ones.

use audit::{Confusion, Mixed, RateRule, Rule, Rules};
use base::{Diagnostic, Place, Severity};
use serde::Deserialize;

/// The rule files by name, as text.
pub struct Sources<'a> {
    pub catalogue: &'a str,
    pub confusions: &'a str,
    pub rates: &'a str,
    pub names: &'a str,
    pub words: &'a str,
}

/// The rule files that the program carries.
pub const BUILT_IN: Sources<'static> = Sources {
    catalogue: include_str!("../../../rules/catalogue.toml"),
    confusions: include_str!("../../../rules/confusions.toml"),
    rates: include_str!("../../../rules/rates.toml"),
    names: include_str!("../../../rules/names.toml"),
    words: include_str!("../../../rules/words.toml"),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    rule: Vec<RuleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    id: String,
    title: String,
    severity: String,
    sure: String,
    explanation: String,
    bad: String,
    good: String,
    basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confusions {
    confusion: Vec<ConfusionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfusionRow {
    wrong: String,
    right: String,
    why: String,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rates {
    rate: Vec<RateRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateRow {
    names: Vec<String>,
    numerator: Vec<String>,
    #[serde(default)]
    sums: Vec<Vec<String>>,
    complement: Vec<String>,
    base: Vec<String>,
    weak_base: Vec<String>,
    #[serde(default)]
    can_pass: bool,
    #[serde(default)]
    varies: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    mixed: Vec<MixedRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MixedRow {
    names: Vec<String>,
    within: String,
    rule: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordLists {
    residues: Vec<String>,
    titles: Vec<String>,
    persons: Vec<String>,
    verbs: Vec<String>,
    doubled: Vec<String>,
    never_doubled: Vec<String>,
    complements: Vec<Vec<String>>,
}

/// Parses one file; a mistake is told with its line.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(
    file: &str,
    text: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let before = error.span().and_then(|s| text.get(..s.start)).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
            let place = Place { file: file.to_owned(), line, column };
            faults.push(
                Diagnostic::error("rule_file", "规则文件不能读：写法不对，或者缺项、多了不认识的项")
                    .at(place)
                    .help("对照程序自带的同名规则文件改正"),
            );
            None
        }
    }
}

fn severity(word: &str) -> Severity {
    match word {
        "error" => Severity::Error,
        "note" => Severity::Note,
        _ => Severity::Warning,
    }
}

/// Reads all rule files, with all mistakes at once.
///
/// # Errors
///
/// The mistakes of the files, when there are any.
pub fn load(sources: &Sources) -> Result<Rules, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let catalogue: Option<Catalogue> = parse("rules/catalogue.toml", sources.catalogue, &mut faults);
    let confusions: Option<Confusions> = parse("rules/confusions.toml", sources.confusions, &mut faults);
    let rates: Option<Rates> = parse("rules/rates.toml", sources.rates, &mut faults);
    let names: Option<Names> = parse("rules/names.toml", sources.names, &mut faults);
    let words: Option<WordLists> = parse("rules/words.toml", sources.words, &mut faults);
    let (Some(catalogue), Some(confusions), Some(rates), Some(names), Some(words)) =
        (catalogue, confusions, rates, names, words)
    else {
        return Err(faults);
    };
    Ok(Rules {
        catalogue: catalogue.rule.into_iter().map(rule).collect(),
        confusions: confusions.confusion.into_iter().map(confusion).collect(),
        rates: rates.rate.into_iter().map(rate).collect(),
        mixed: names.mixed.into_iter().map(mixed).collect(),
        residues: words.residues,
        titles: words.titles,
        complements: words.complements,
        persons: words.persons,
        verbs: words.verbs,
        doubled: words.doubled,
        never_doubled: words.never_doubled,
        machines: audit::Machines::default(),
    })
}

fn rule(row: RuleRow) -> Rule {
    Rule {
        severity: severity(&row.severity),
        id: row.id,
        title: row.title,
        sure: row.sure,
        explanation: row.explanation,
        bad: row.bad,
        good: row.good,
        basis: row.basis,
    }
}

fn confusion(row: ConfusionRow) -> Confusion {
    Confusion {
        wrong: row.wrong,
        right: row.right,
        not_after: row.not_after,
        not_before: row.not_before,
        unless: row.unless,
        why: row.why,
    }
}

fn rate(row: RateRow) -> RateRule {
    RateRule {
        names: row.names,
        numerator: row.numerator,
        sums: row.sums,
        complement: row.complement,
        base: row.base,
        weak_base: row.weak_base,
        can_pass: row.can_pass,
        varies: row.varies,
    }
}

fn mixed(row: MixedRow) -> Mixed {
    Mixed { names: row.names, within: row.within, rule: row.rule, why: row.why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_whole() {
        let rules = load(&BUILT_IN).unwrap();
        let mut ids: Vec<&str> = rules.catalogue.iter().map(|r| r.id.as_str()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id stands twice");
        assert!(rules.catalogue.iter().all(|r| matches!(r.sure.as_str(), "certain" | "likely" | "hint")));
        assert!(rules.confusions.iter().all(|c| c.wrong != c.right && !c.why.is_empty()));
    }

    #[test]
    fn a_broken_file_is_told_with_its_line() {
        let faults = load(&Sources { rates: "\n[[rate]]\nnames = 3\n", ..BUILT_IN }).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].place.as_ref().unwrap().file, "rules/rates.toml");
        assert!(faults[0].place.as_ref().unwrap().line >= 2);
    }
}
