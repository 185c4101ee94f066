//! The page of a figure as an address: which figure, over which time and whose, as known on which day.

/// What an address must say to ask the same question as another.
const ASKS: [(&str, &str); 5] = [
    ("from", "期间的第一日"),
    ("to", "期间的最后一日"),
    ("as_of", "统计截止之日"),
    ("organ", "机关"),
    ("division", "行政区划"),
];

/// A figure's page, taken apart. (指标网址)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'t> {
    pub figure: &'t str,
    /// What each of [`ASKS`] says.
    asked: [Option<&'t str>; ASKS.len()],
}

impl<'t> Address<'t> {
    /// Takes an address apart; `None` where it leads to no figure. What stands before the path does not matter.
    pub fn read(target: &'t str) -> Option<Self> {
        let (_, rest) = target.split_once("/figures/")?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let (figure, query) = rest.split_once('?').unwrap_or((rest, ""));
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if figure.is_empty() || !figure.chars().all(is_id) {
            return None;
        }
        let value = |name: &str| {
            let named = |part: &&str| part.split_once('=').is_some_and(|(key, _)| key == name);
            query.split('&').find(named).and_then(|part| part.split_once('=')).map(|(_, value)| value)
        };
        Some(Self { figure, asked: ASKS.map(|(name, _)| value(name)) })
    }

    /// The day of knowledge that it names.
    pub fn as_of(&self) -> Option<&'t str> {
        self.asked.get(2).copied().flatten()
    }

    /// In what another one asks something else, in words; empty where both ask the same.
    pub fn differs_from(&self, other: &Self) -> Vec<String> {
        let pairs = ASKS.iter().zip(self.asked.iter().zip(&other.asked));
        let shown = |value: &Option<&str>| value.map_or_else(|| "没有写".to_owned(), str::to_owned);
        pairs
            .filter(|(_, (own, others))| own != others)
            .map(|((_, words), (own, others))| format!("{words}：链接{}，报告{}", shown(own), shown(others)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_figure_and_over_what() {
        let of = |target| Address::read(target);
        let own =
            of("/figures/received?from=2024-01-01&to=2024-12-31&as_of=2025-02-20&division=350526").unwrap();
        assert_eq!((own.figure, own.as_of()), ("received", Some("2025-02-20")));
        let same = of(
            "https://例.cn/figures/other?division=350526&as_of=2025-02-20&to=2024-12-31&from=2024-01-01&p=2#x",
        )
        .unwrap();
        assert_eq!((same.figure, same.differs_from(&own)), ("other", Vec::new()));
        let earlier =
            of("/figures/received?from=2023-01-01&to=2023-12-31&as_of=2025-02-20&organ=county").unwrap();
        assert_eq!(
            earlier.differs_from(&own),
            [
                "期间的第一日：链接2023-01-01，报告2024-01-01",
                "期间的最后一日：链接2023-12-31，报告2024-12-31",
                "机关：链接county，报告没有写",
                "行政区划：链接没有写，报告350526",
            ]
        );
        for other in ["/figures/", "/figures/?from=2024-01-01", "/cases/1", "https://例.cn", "/figures/a/b"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
