//! The tokens of the design: colours in light and dark, measures in the usual and the elderly version. The stylesheet is
//! made from these tables, `/design` shows them, and the tests compute every pair that is used for text.

/// A colour by what it is for, not by how it looks. 颜色标记
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colour {
    pub id: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    /// Stronger ones of the elderly version, in light and dark.
    pub large: Option<(&'static str, &'static str)>,
    pub what: &'static str,
}

const fn colour(id: &'static str, light: &'static str, dark: &'static str, what: &'static str) -> Colour {
    Colour { id, light, dark, large: None, what }
}

const fn stronger(
    id: &'static str,
    (light, dark): (&'static str, &'static str),
    large: (&'static str, &'static str),
    what: &'static str,
) -> Colour {
    Colour { id, light, dark, large: Some(large), what }
}

pub(crate) const COLOURS: [Colour; 30] = [
    colour("ground", "#f4f6f9", "#11161c", "页面的底"),
    colour("paper", "#ffffff", "#1a2129", "内容块、输入框的底"),
    colour("sunk", "#eaeff5", "#252e38", "表头、普通标签的底"),
    colour("ink", "#1c242d", "#e7ecf1", "正文"),
    stronger("soft", ("#525d69", "#aab5c1"), ("#3a444e", "#c8d1da"), "次要的说明"),
    stronger("line", ("#d4dbe3", "#37424e"), ("#9aa5b1", "#65727f"), "分隔线、块的边，只作装饰"),
    colour("edge", "#6f7b88", "#8995a3", "输入框的边：与底相比至少3:1"),
    colour("blue", "#0b4a86", "#8fc1f2", "链接、应当办"),
    colour("blue-deep", "#083661", "#b9d9f8", "重要的数、标题里的强调"),
    colour("blue-pale", "#e6eff8", "#172b41", "说明块的底"),
    colour("red", "#a8231c", "#ffa49b", "错误、逾期、不得办"),
    colour("red-pale", "#fdecea", "#3c1c1b", "错误块的底"),
    colour("amber", "#724800", "#f3c568", "提醒、临近期限"),
    colour("amber-pale", "#fff3d6", "#352810", "提醒块的底"),
    colour("amber-line", "#b07c00", "#d3a334", "提醒块的边"),
    colour("green", "#1b6b3a", "#84d6a4", "办成、期限充裕、可以办"),
    colour("green-pale", "#e4f4ea", "#15301f", "办成块的底"),
    colour("violet", "#40317a", "#cbbff6", "暂停计时"),
    colour("violet-pale", "#e9e5f6", "#2b2548", "暂停标签的底"),
    colour("bar", "#0b4a86", "#15395f", "导航的底"),
    colour("fill", "#0b4a86", "#1d5c9b", "主按钮、当前一步的底"),
    colour("fill-deep", "#083661", "#0d2a46", "主按钮悬停、页尾的底"),
    colour("on-fill", "#ffffff", "#ffffff", "实底上的字"),
    colour("on-deep", "#dce7f2", "#cfdce9", "页尾的字"),
    colour("alarm", "#a8231c", "#b42f27", "逾期标签的底"),
    colour("on-alarm", "#ffffff", "#ffffff", "逾期标签的字"),
    colour("warning", "#ffd97a", "#e8bd55", "临近标签的底"),
    colour("on-warning", "#4a2f00", "#2b1c00", "临近标签的字"),
    colour("official", "#b3261e", "#ff9d94", "公文的红头"),
    colour("focus", "#ffbf00", "#ffd34d", "键盘焦点的外框，里面再衬一圈正文色"),
];

/// The least contrast of text. 正文的最低对比度
pub(crate) const TEXT: u32 = 450;
/// The least contrast of what is not text and must be seen. 图形的最低对比度
pub(crate) const GRAPHIC: u32 = 300;

/// A colour on another as the pages use it: front, back, the least contrast in hundredths.
pub(crate) const PAIRS: [(&str, &str, u32); 44] = [
    ("ink", "ground", TEXT),
    ("ink", "paper", TEXT),
    ("ink", "sunk", TEXT),
    ("ink", "blue-pale", TEXT),
    ("ink", "red-pale", TEXT),
    ("ink", "amber-pale", TEXT),
    ("ink", "green-pale", TEXT),
    ("soft", "ground", TEXT),
    ("soft", "paper", TEXT),
    ("soft", "sunk", TEXT),
    ("soft", "blue-pale", TEXT),
    ("soft", "red-pale", TEXT),
    ("soft", "amber-pale", TEXT),
    ("soft", "green-pale", TEXT),
    ("blue", "ground", TEXT),
    ("blue", "paper", TEXT),
    ("blue", "sunk", TEXT),
    ("blue", "blue-pale", TEXT),
    ("blue", "red-pale", TEXT),
    ("blue", "amber-pale", TEXT),
    ("blue", "green-pale", TEXT),
    ("blue-deep", "paper", TEXT),
    ("blue-deep", "ground", TEXT),
    ("blue-deep", "blue-pale", TEXT),
    ("red", "ground", TEXT),
    ("red", "paper", TEXT),
    ("red", "red-pale", TEXT),
    ("amber", "paper", TEXT),
    ("amber", "amber-pale", TEXT),
    ("green", "paper", TEXT),
    ("green", "green-pale", TEXT),
    ("violet", "violet-pale", TEXT),
    ("on-fill", "bar", TEXT),
    ("on-fill", "fill", TEXT),
    ("on-fill", "fill-deep", TEXT),
    ("on-deep", "fill-deep", TEXT),
    ("on-deep", "fill", TEXT),
    ("on-alarm", "alarm", TEXT),
    ("on-warning", "warning", TEXT),
    ("official", "paper", TEXT),
    ("edge", "paper", GRAPHIC),
    ("edge", "ground", GRAPHIC),
    ("amber-line", "paper", GRAPHIC),
    // Where the ring itself does not stand out, the line of ink inside it does.
    ("ink", "paper", GRAPHIC),
];

/// A measure of type or space in the usual and in the elderly version. 字号和间距标记
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub id: &'static str,
    pub usual: &'static str,
    pub large: &'static str,
    pub what: &'static str,
}

const fn measure(id: &'static str, usual: &'static str, large: &'static str, what: &'static str) -> Measure {
    Measure { id, usual, large, what }
}

pub(crate) const MEASURES: [Measure; 15] = [
    measure("t-1", "1.7rem", "1.5rem", "页面标题"),
    measure("t-2", "1.2rem", "1.2rem", "节标题"),
    measure("t-3", "1rem", "1rem", "小标题，加粗"),
    measure("t-small", ".9rem", "1rem", "说明、表格、标签；长辈版不缩小"),
    measure("t-number", "1.7rem", "1.5rem", "醒目的数"),
    measure("s-1", ".25rem", ".25rem", "紧挨"),
    measure("s-2", ".5rem", ".5rem", "同一组里"),
    measure("s-3", ".75rem", ".75rem", "并排的块之间"),
    measure("s-4", "1rem", "1rem", "块里面的边距"),
    measure("s-5", "1.5rem", "1.5rem", "块与块之间"),
    measure("s-6", "2.5rem", "2rem", "节与节之间"),
    measure("leading", "1.6", "1.6", "行距：至少1.3"),
    measure("para", ".8rem", "2.1rem", "段距：长辈版至少是行距的1.3倍"),
    measure("target", "2.75rem", "2.5rem", "可以点的高度：44像素，长辈版60像素"),
    measure("round", "4px", "6px", "圆角"),
];

/// The size of the letters from which all is measured: where officers work, where citizens read, the elderly version.
pub(crate) const ROOTS: [(&str, &str, &str); 3] = [
    ("", "100%", "工作人员的页面：16像素，一屏多看几行"),
    (".public", "112.5%", "群众的页面：18像素（窄屏16像素）"),
    (".large", "150%", "长辈版：24像素，即18磅"),
];

/// The tokens as the beginning of the stylesheet. Print is always light.
pub(crate) fn css() -> String {
    let light = |one: &Colour| one.light;
    let dark = |one: &Colour| one.dark;
    let large_light = |one: &Colour| one.large.map_or("", |(light, _)| light);
    let large_dark = |one: &Colour| one.large.map_or("", |(_, dark)| dark);
    let usual: String = MEASURES.iter().map(|one| format!("--{}:{};", one.id, one.usual)).collect();
    let large: String = MEASURES
        .iter()
        .filter(|one| one.large != one.usual)
        .map(|one| format!("--{}:{};", one.id, one.large))
        .collect();
    let [(_, office, _), (_, public, _), (_, elderly, _)] = ROOTS;
    format!(
        ":root{{color-scheme:light;font-size:{office};{}{usual}}}\n\
         @media (min-width:40em){{:root.public{{font-size:{public}}}}}\n\
         :root.large,:root.large.public{{font-size:{elderly};{}{large}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root:not(.light){{color-scheme:dark;{}}}:root.large:not(.light){{{}}}}}\n\
         @media screen{{:root.dark{{color-scheme:dark;{}}}:root.large.dark{{{}}}}}\n",
        colours(light),
        colours(large_light),
        colours(dark),
        colours(large_dark),
        colours(dark),
        colours(large_dark),
    )
}

fn colours(of: impl Fn(&Colour) -> &'static str) -> String {
    let given = COLOURS.iter().filter(|one| !of(one).is_empty());
    given.map(|one| format!("--{}:{};", one.id, of(one))).collect()
}

/// A look of the pages: whether dark, whether elderly.
pub(crate) const LOOKS: [(&str, bool, bool); 4] =
    [("浅色", false, false), ("深色", true, false), ("长辈版浅色", false, true), ("长辈版深色", true, true)];

/// What a colour is in a look.
pub(crate) fn shade(id: &str, is_dark: bool, is_large: bool) -> Option<&'static str> {
    let one = COLOURS.iter().find(|one| one.id == id)?;
    let (light, dark) = one.large.filter(|_| is_large).unwrap_or((one.light, one.dark));
    Some(if is_dark { dark } else { light })
}

#[cfg(test)]
mod tests {
    use super::super::contrast::contrast;
    use super::*;

    #[test]
    fn every_pair_of_tokens_can_be_read_in_every_look() {
        for (front, back, least) in PAIRS {
            for (name, is_dark, is_large) in LOOKS {
                let of = |id| shade(id, is_dark, is_large).unwrap_or_else(|| panic!("no colour {id}"));
                let found = contrast(of(front), of(back)).unwrap();
                assert!(found >= least, "{front} on {back} in {name}: {found}, at least {least}");
            }
        }
    }

    #[test]
    fn every_colour_is_used_in_a_pair_or_is_a_line() {
        for one in COLOURS {
            let is_used = PAIRS.iter().any(|(front, back, _)| [*front, *back].contains(&one.id));
            assert!(is_used || ["line", "focus"].contains(&one.id), "{}", one.id);
            assert_eq!(COLOURS.iter().filter(|other| other.id == one.id).count(), 1, "{}", one.id);
        }
    }

    #[test]
    fn the_elderly_version_keeps_the_numbers_of_the_standard() {
        let of = |id: &str| MEASURES.iter().find(|one| one.id == id).unwrap().large;
        let rem = |text: &str| text.trim_end_matches("rem").parse::<f64>().unwrap();
        let (_, elderly, _) = ROOTS[2];
        let root = 16.0 * elderly.trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
        // Eighteen points are twenty-four pixels.
        assert!(root * rem(of("t-small")) >= 24.0);
        assert!(root * rem(of("t-1")) >= 30.0);
        assert!(root * rem(of("target")) >= 60.0);
        let leading: f64 = of("leading").parse().unwrap();
        assert!(leading >= 1.3);
        assert!(rem(of("para")) >= 1.3 * leading);
    }

    #[test]
    fn the_usual_targets_are_forty_four_pixels() {
        let target = MEASURES.iter().find(|one| one.id == "target").unwrap().usual;
        assert_eq!(target, "2.75rem");
    }
}
