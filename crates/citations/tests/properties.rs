//! The web against a slow second reading: made documents, whose citations are known because they were put there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use citations::{Change, Consequence, Document, How, Part, Resolved, Role, State, Target, Web};
use law::{Article, Counting, Law, Library, Rank, Version};
use proptest::prelude::*;

fn day(number: i32) -> Day {
    Day::from_ymd(2020, 1, 1).unwrap().plus_days(number)
}

fn law(id: &str, title: &str, ends: Option<i32>) -> Law {
    let version = Version {
        id: "2000".to_owned(),
        adopted_on: None,
        from: day(-7000),
        until: ends.map(day),
        after_gap: false,
        number: None,
        articles: Some(60),
        counting: Counting::default(),
        headings: BTreeMap::new(),
        public: Vec::new(),
        unverified: false,
        note: None,
    };
    Law {
        id: id.to_owned(),
        title: title.to_owned(),
        short_titles: Vec::new(),
        rank: Rank::Law,
        since: None,
        versions: vec![version],
        repealed_by: None,
    }
}

fn laws() -> Library {
    let all = [
        law("a_law", "中华人民共和国渡口法", None),
        law("b_law", "中华人民共和国集市法", Some(200)),
        law("c_law", "中华人民共和国灯会法", Some(50)),
    ];
    Library::new(all).unwrap()
}

const NAMES: [&str; 3] = ["渡口法", "集市法", "灯会法"];
const SUBJECTS: [&str; 8] = ["码头", "集镇", "灯笼", "水井", "路牌", "茶摊", "祠堂", "桥梁"];

/// A citation that is put into a text.
#[derive(Clone, Debug)]
struct Planted {
    /// A law below three, else a document.
    to: usize,
    /// Whether a document is cited by its number alone.
    by_number: bool,
    articles: (u16, Option<u16>, bool),
    role: u8,
}

#[derive(Clone, Debug)]
struct Made {
    from: i32,
    lasts: Option<i32>,
    repealed: bool,
    planted: Vec<Planted>,
}

fn planted() -> impl Strategy<Value = Planted> {
    let articles = (0u16..40, prop::option::of(1u16..20), any::<bool>());
    (0usize..9, any::<bool>(), articles, 0u8..4).prop_map(|(to, by_number, articles, role)| Planted {
        to,
        by_number,
        articles,
        role,
    })
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let one = (0i32..300, prop::option::of(0i32..300), any::<bool>(), prop::collection::vec(planted(), 0..6));
    let one = one.prop_map(|(from, lasts, repealed, planted)| Made { from, lasts, repealed, planted });
    prop::collection::vec(one, 1..8)
}

fn number(at: usize) -> String {
    format!("丙政规〔20{}〕{}号", 20 + at, at + 1)
}

fn title(at: usize) -> String {
    format!("丙县{}管理办法", SUBJECTS[at])
}

impl Planted {
    fn target(&self, own: usize, count: usize) -> Option<Target> {
        match self.to {
            law if law < 3 => Some(Target::Law(law)),
            document => Some(document - 3).filter(|at| *at < count && *at != own).map(Target::Document),
        }
    }

    fn parts(&self) -> Vec<Part> {
        let (first, more, range) = self.articles;
        let first_article = Article::whole(first);
        match more.map(|more| Article::whole(first + more)) {
            _ if first == 0 => vec![Part::Whole],
            None => vec![Part::One(first_article)],
            Some(last) if range => vec![Part::Range(first_article, last)],
            Some(other) => vec![Part::One(first_article), Part::One(other)],
        }
    }

    fn sentence(&self, target: Target) -> String {
        let name = match target {
            Target::Law(at) => format!("《中华人民共和国{}》", NAMES[at]),
            Target::Document(at) if self.by_number => number(at),
            Target::Document(at) => format!("《{}》", title(at)),
        };
        let (_, _, range) = self.articles;
        let articles: Vec<String> = self.parts().iter().map(|part| part.words()).collect();
        let articles = articles.join(if range { "至" } else { "、" });
        match self.role {
            0 => format!("为做好工作，根据{name}{articles}，结合实际，制定本办法。\n"),
            1 => format!("{name}{articles}自本办法施行之日起废止。\n"),
            2 => format!("有前款情形的，适用{name}{articles}的规定。\n"),
            _ => format!("与{name}{articles}不一致的，报县政府决定；其他按有关规定办理。\n"),
        }
    }

    fn role(&self) -> Role {
        match self.role {
            0 => Role::Basis,
            1 => Role::Repeals,
            _ => Role::Mention,
        }
    }
}

/// The documents, and what was put into each.
type Expected = Vec<(usize, Target, Part, Role)>;

fn documents(made: &[Made]) -> (Vec<Document>, Expected) {
    let (mut documents, mut expected) = (Vec::new(), Vec::new());
    for (at, one) in made.iter().enumerate() {
        let mut text = format!("{}\n{}\n", title(at), number(at));
        for planted in &one.planted {
            let Some(target) = planted.target(at, made.len()) else { continue };
            text.push_str(&planted.sentence(target));
            expected.extend(planted.parts().into_iter().map(|part| (at, target, part, planted.role())));
        }
        text.push_str("本办法第一条、第二条由县政府解释。\n");
        let until = one.lasts.map(|lasts| day(one.from + lasts));
        let state = if one.repealed && until.is_some() { State::Repealed } else { State::InForce };
        documents.push(Document {
            id: format!("{at}.txt"),
            number: Some(number(at)),
            title: title(at),
            organ: "丙县人民政府".to_owned(),
            from: Some(day(one.from)),
            until,
            state,
            text,
        });
    }
    (documents, expected)
}

/// What must be looked at, from all citations, without an index: the consequence and the steps to what changed.
fn slowly(web: &Web<'_>, change: &Change) -> BTreeMap<usize, (Consequence, usize)> {
    let in_force = |at: usize| web.documents()[at].is_in_force(change.on);
    let over = |target: Target| target == change.target || web.has_ended(target, change.on);
    let mut found: BTreeMap<usize, (Consequence, usize)> = BTreeMap::new();
    for cited in web.citations().iter().filter(|cited| cited.to == Resolved::To(change.target)) {
        let part = cited.mention.part;
        let covers = |article: Article| match part {
            Part::Whole => cited.mention.role == Role::Basis,
            Part::One(own) => own.article == article.article,
            Part::Range(first, last) => (first.article..=last.article).contains(&article.article),
        };
        if !in_force(cited.from) || !change.article.is_none_or(covers) || cited.mention.role == Role::Repeals
        {
            continue;
        }
        let bases: Vec<_> = web
            .citations()
            .iter()
            .filter(|other| other.from == cited.from && other.mention.role == Role::Basis)
            .collect();
        let all_over = change.article.is_none() && bases.iter().all(|other| other.target().is_some_and(over));
        let consequence = match (cited.mention.role == Role::Basis, change.how == How::Changed) {
            (true, true) => Consequence::BasisChanges,
            (true, false) if all_over => Consequence::LosesBasis,
            (true, false) => Consequence::BasisEnds,
            (false, true) => Consequence::CitedChanges,
            (false, false) => Consequence::CitedEnds,
        };
        let known = found.entry(cited.from).or_insert((consequence, 1));
        known.0 = known.0.min(consequence);
    }
    loop {
        let mut more = BTreeMap::new();
        for cited in web.citations() {
            let Some(Target::Document(on)) = cited.target() else { continue };
            let Some((consequence, steps)) = found.get(&on).copied() else { continue };
            let is_named_only = matches!(consequence, Consequence::CitedEnds | Consequence::CitedChanges);
            let is_known = found.contains_key(&cited.from) || Target::Document(cited.from) == change.target;
            if cited.mention.role == Role::Basis && !is_named_only && !is_known && in_force(cited.from) {
                let known = more.entry(cited.from).or_insert((Consequence::Through, steps + 1));
                known.1 = known.1.min(steps + 1);
            }
        }
        if more.is_empty() {
            return found;
        }
        let least = more.values().map(|(_, steps)| *steps).min().unwrap();
        found.extend(more.into_iter().filter(|(_, (_, steps))| *steps == least));
    }
}

fn change(count: usize) -> impl Strategy<Value = Change> {
    let how = prop::sample::select(How::ALL.to_vec());
    (0..count + 3, prop::option::weighted(0.4, 1u16..60), how, 0i32..400).prop_map(
        |(to, article, how, on)| {
            let target = if to < 3 { Target::Law(to) } else { Target::Document(to - 3) };
            Change { target, article: article.map(Article::whole), how, on: day(on) }
        },
    )
}

proptest! {
    #[test]
    fn what_was_put_in_is_found(made in made()) {
        let laws = laws();
        let (documents, expected) = documents(&made);
        let web = Web::of(&laws, documents);
        let found: Expected = web
            .citations()
            .iter()
            .map(|cited| (cited.from, cited.target().unwrap(), cited.mention.part, cited.mention.role))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_index_gives_what_looking_through_everything_gives(made in made(), changes in prop::collection::vec(change(7), 6)) {
        let laws = laws();
        let count = made.len();
        let web = Web::of(&laws, documents(&made).0);
        let targets = (0..3).map(Target::Law).chain((0..count).map(Target::Document));
        for target in targets {
            let scanned: Vec<_> = web.citations().iter().filter(|cited| cited.target() == Some(target)).collect();
            prop_assert_eq!(web.cited_by(target).collect::<Vec<_>>(), scanned);
        }
        let own: Vec<_> = (0..count).flat_map(|at| web.cites(at)).collect();
        prop_assert_eq!(own, web.citations().iter().collect::<Vec<_>>());
        for change in changes {
            let affected = web.affected(&change);
            let found: BTreeMap<_, _> =
                affected.iter().map(|one| (one.document, (one.consequence, one.chain.len()))).collect();
            prop_assert_eq!(found.len(), affected.len(), "a document is told once");
            prop_assert_eq!(&found, &slowly(&web, &change), "{:?}", change);
            for one in &affected {
                let chain: Vec<_> = one.chain.iter().map(|at| &web.citations()[*at]).collect();
                prop_assert_eq!(chain[0].from, one.document);
                for pair in chain.windows(2) {
                    prop_assert_eq!(pair[0].target(), Some(Target::Document(pair[1].from)), "links hold");
                }
                prop_assert_eq!(chain.last().unwrap().target(), Some(change.target));
            }
        }
    }

    #[test]
    fn no_text_breaks_it(text in "[《》〈〉〔〕（）第一二三十条款项至、，。；：\n法办废止根据制定本简称号0-9甲乙]{0,120}") {
        let laws = laws();
        let length = text.chars().count();
        let found = citations::mentions(&text, &laws);
        let mut ends = BTreeSet::new();
        for mention in found {
            prop_assert!(mention.chars.start < mention.chars.end && mention.chars.end <= length, "{mention:?}");
            prop_assert!(mention.title.is_some() || mention.number.is_some());
            prop_assert!(ends.insert((mention.chars.start, mention.chars.end)), "told once: {:?}", mention);
        }
    }
}
