//! How a visitor wants the pages shown: the size of letters and targets, light or dark. Kept in a cookie, so that no
//! script is needed and no account.

/// Light or dark. 深浅
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Shade {
    /// As the device is set.
    #[default]
    Device,
    Light,
    Dark,
}

/// How the pages are shown. 显示方式
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    /// The elderly version: larger letters and targets, fewer words.
    pub large: bool,
    pub shade: Shade,
}

impl Look {
    /// What the cookie says; of what it does not say, the usual.
    pub fn parse(text: &str) -> Self {
        text.split('-').fold(Self::default(), |look, word| look.with(word).unwrap_or(look))
    }

    /// The same look with one choice made; nothing where there is no such choice.
    pub fn with(self, choice: &str) -> Option<Self> {
        Some(match choice {
            "large" => Self { large: true, ..self },
            "normal" => Self { large: false, ..self },
            "light" => Self { shade: Shade::Light, ..self },
            "dark" => Self { shade: Shade::Dark, ..self },
            "device" => Self { shade: Shade::Device, ..self },
            _ => return None,
        })
    }

    /// What the cookie keeps; empty for the usual look.
    pub fn written(self) -> String {
        let size = self.large.then_some("large");
        let shade = self.word();
        size.into_iter().chain(shade).collect::<Vec<_>>().join("-")
    }

    const fn word(self) -> Option<&'static str> {
        match self.shade {
            Shade::Device => None,
            Shade::Light => Some("light"),
            Shade::Dark => Some("dark"),
        }
    }

    /// The classes of the page; where citizens read, letters are larger than where officers work.
    pub fn classes(self, is_public: bool) -> String {
        let public = is_public.then_some("public");
        let size = self.large.then_some("large");
        public.into_iter().chain(size).chain(self.word()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_kept_as_it_was_chosen() {
        for shade in [Shade::Device, Shade::Light, Shade::Dark] {
            for large in [false, true] {
                let look = Look { large, shade };
                assert_eq!(Look::parse(&look.written()), look);
            }
        }
        assert_eq!(Look::default().written(), "");
    }

    #[test]
    fn size_and_shade_are_chosen_apart() {
        let large = Look::default().with("large").unwrap();
        let both = large.with("dark").unwrap();
        assert_eq!(both.classes(true), "public large dark");
        assert_eq!(both.with("normal").unwrap().written(), "dark");
        assert_eq!(both.with("device").unwrap(), large);
        assert_eq!(Look::default().with("huge"), None);
        assert_eq!(Look::parse("huge-\"onload"), Look::default());
    }
}
