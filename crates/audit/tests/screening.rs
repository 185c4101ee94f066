//! Precision and recall of the screening on drafts with the questions that a reviewer would ask. The table stands in
//! docs/screening.md: run with UPDATE=1 to write it anew.
#![allow(clippy::expect_used, reason = "a test stops where its input is broken")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use audit::Text;
use audit::screening::{Screen, screen};
use law::Rank;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/screening.md");
const BEGIN: &str = "<!-- table: begin -->\n";
const END: &str = "<!-- table: end -->";

fn rules() -> Screen {
    audit_report::load_screen(audit_report::RULES).expect("the built-in rules are whole")
}

fn rank(word: &str) -> Rank {
    match word {
        "rule" => Rank::LocalRule,
        "local_regulation" => Rank::LocalRegulation,
        _ => Rank::NormativeDocument,
    }
}

#[derive(Clone, Copy, Default)]
struct Score {
    found: usize,
    missed: usize,
    wrong: usize,
}

#[derive(Default)]
struct Measured {
    drafts: usize,
    /// Drafts without any question that stayed without.
    quiet: (usize, usize),
    kinds: BTreeMap<String, Score>,
    log: Vec<String>,
}

impl Measured {
    fn total(&self) -> Score {
        self.kinds.values().fold(Score::default(), |sum, one| Score {
            found: sum.found + one.found,
            missed: sum.missed + one.missed,
            wrong: sum.wrong + one.wrong,
        })
    }
}

fn asked(rules: &Screen, at: Rank, draft: &str) -> BTreeSet<String> {
    let text = Text::new(draft.replace('⏎', "\n"));
    screen(&text, rules, at).into_iter().map(|question| question.rule.kind.clone()).collect()
}

fn measure(source: &str) -> Measured {
    let rules = rules();
    let mut measured = Measured::default();
    for line in source.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut fields = line.splitn(3, '\t');
        let mut field = || fields.next().expect("three columns");
        let (at, expected, draft) = (rank(field()), field(), field());
        let (sure, open) = expected.split_once('?').unwrap_or((expected, ""));
        let sure: BTreeSet<&str> = sure.split(',').filter(|kind| *kind != "-").collect();
        let open: BTreeSet<&str> = open.split(',').collect();
        assert!(sure.iter().all(|kind| rules.kind(kind).is_some()), "{line}");
        let got = asked(&rules, at, draft);
        measured.drafts += 1;
        if sure.is_empty() {
            measured.quiet.1 += 1;
            measured.quiet.0 += usize::from(got.is_empty());
        }
        for kind in &sure {
            let score = measured.kinds.entry((*kind).to_owned()).or_default();
            if got.contains(*kind) {
                score.found += 1;
            } else {
                score.missed += 1;
                measured.log.push(format!("missed {kind}: {draft}"));
            }
        }
        for kind in got.iter().filter(|kind| !sure.contains(kind.as_str()) && !open.contains(kind.as_str())) {
            measured.kinds.entry(kind.clone()).or_default().wrong += 1;
            measured.log.push(format!("wrong {kind}: {draft}"));
        }
    }
    measured
}

fn share(part: usize, whole: usize) -> String {
    (part * 100 + whole / 2).checked_div(whole).map_or("—".to_owned(), |share| format!("{share}%"))
}

fn rendered(tuned: &Measured, apart: &Measured) -> String {
    let mut out = String::new();
    let head = format!(
        "| 种类 | 调试用（{}段）：找到/漏/误 | 另存（{}段）：找到/漏/误 | 另存：准 | 另存：全 |",
        tuned.drafts, apart.drafts
    );
    writeln!(out, "{head}\n|---|---|---|---|---|").expect("a string");
    let mut row = |name: &str, a: Score, b: Score| {
        let cell = |score: Score| format!("{}/{}/{}", score.found, score.missed, score.wrong);
        let (precise, whole) = (share(b.found, b.found + b.wrong), share(b.found, b.found + b.missed));
        writeln!(out, "| {name} | {} | {} | {precise} | {whole} |", cell(a), cell(b)).expect("a string");
    };
    for kind in &rules().kinds {
        let of = |measured: &Measured| measured.kinds.get(&kind.id).copied().unwrap_or_default();
        row(&kind.title, of(tuned), of(apart));
    }
    row("**合计**", tuned.total(), apart.total());
    out
}

#[test]
fn precision_and_recall() {
    let tuned = measure(include_str!("drafts/tuned.tsv"));
    let apart = measure(include_str!("drafts/apart.tsv"));
    for (name, one) in [("tuned", &tuned), ("apart", &apart)] {
        let total = one.total();
        let precise = share(total.found, total.found + total.wrong);
        let whole = share(total.found, total.found + total.missed);
        println!("{name}: precision {precise}, recall {whole}; quiet {} of {}", one.quiet.0, one.quiet.1);
        for line in one.log.iter().filter(|_| name == "tuned" || std::env::var_os("SHOW_APART").is_some()) {
            println!("  {line}");
        }
    }
    assert!(tuned.drafts >= 100 && apart.drafts >= 50, "{} and {} drafts", tuned.drafts, apart.drafts);
    let own = tuned.total();
    assert!(own.found * 100 >= (own.found + own.wrong) * 95, "precision where tuned under 0.95");
    assert!(own.found * 100 >= (own.found + own.missed) * 95, "recall where tuned under 0.95");
    let table = rendered(&tuned, &apart);
    let document = std::fs::read_to_string(DOCUMENT).expect("docs/screening.md");
    let (head, rest) = document.split_once(BEGIN).expect("the table's beginning");
    let (old, tail) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(DOCUMENT, format!("{head}{BEGIN}{table}{END}{tail}"))
            .expect("docs/screening.md is written");
    } else {
        assert!(old == table, "the table of docs/screening.md is stale: run the test with UPDATE=1");
    }
}

#[test]
fn what_a_list_forbids_raises_no_question_and_what_follows_the_list_does() {
    let rules = rules();
    let draft = "第三条 不得有下列行为：⏎（一）购买指定企业的产品；⏎（二）限制外地商品。⏎第四条 应当购买指定企业的产品。";
    let text = Text::new(draft.replace('⏎', "\n"));
    let found = screen(&text, &rules, Rank::NormativeDocument);
    assert_eq!(found.len(), 1);
    let article = found.first().and_then(|one| one.article).expect("an article");
    assert_eq!(text.original(article.0, article.1), "第四条");
}

#[test]
fn the_rank_of_the_draft_decides_which_penalties_are_asked_about() {
    let rules = rules();
    let fine = "违反本规定的，处五百元以上一千元以下罚款。";
    let revoke = "情节严重的，吊销营业执照。";
    assert!(asked(&rules, Rank::NormativeDocument, fine).contains("penalty_power"));
    assert!(asked(&rules, Rank::LocalRule, fine).is_empty());
    assert!(asked(&rules, Rank::LocalRule, revoke).contains("penalty_power"));
    assert!(asked(&rules, Rank::LocalRegulation, revoke).contains("penalty_power"));
    assert!(asked(&rules, Rank::AdministrativeRegulation, revoke).is_empty());
}

#[test]
fn a_broken_rule_is_told() {
    let broken =
        audit_report::RULES.replace("penalty_law@2021 16\"", "sixteen\"").replace("@must …", "@absent …");
    let faults = audit_report::load_screen(&broken).expect_err("two mistakes");
    assert!(faults.iter().any(|fault| fault.message.contains("penalty_by_document")), "{faults:#?}");
    assert!(faults.iter().any(|fault| fault.message.contains("designated_supplier")), "{faults:#?}");
}

#[test]
fn a_very_long_sentence_ends_in_time() {
    let rules = rules();
    let text = Text::new("不得购买指定公司".repeat(5_000));
    assert!(screen(&text, &rules, Rank::NormativeDocument).is_empty());
}
