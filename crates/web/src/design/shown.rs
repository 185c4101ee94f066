//! Components that show: notices, tags, the way one came, numbers, steps.

use maud::{Markup, html};

/// What a notice or a tag says beside its words. 语气
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    Plain,
    /// Done, well, allowed.
    Good,
    /// Soon, mind this.
    Warn,
    /// Wrong, late, barred.
    Bad,
    /// What is owed or new.
    Blue,
    /// The clock stands still.
    Paused,
}

impl Tone {
    const fn notice(self) -> &'static str {
        match self {
            Self::Good => "notice good",
            Self::Warn => "notice warn",
            Self::Bad => "notice bad",
            Self::Plain | Self::Blue | Self::Paused => "notice",
        }
    }

    const fn tag(self) -> &'static str {
        match self {
            Self::Plain => "badge",
            Self::Good => "badge green",
            Self::Warn => "badge amber",
            Self::Bad => "badge red",
            Self::Blue => "badge blue",
            Self::Paused => "badge paused",
        }
    }
}

/// Something to know before one goes on. 提示块
pub(crate) fn notice(tone: Tone, content: &Markup) -> Markup {
    html! { div class=(tone.notice()) { (content) } }
}

/// What has just been done, told to readers of the screen too. 办理结果
pub(crate) fn done(content: &Markup) -> Markup {
    html! { div class=(Tone::Good.notice()) role="status" { (content) } }
}

/// A state in one or two words. 状态标签
pub(crate) fn tag(tone: Tone, text: &str) -> Markup {
    html! { span class=(tone.tag()) { (text) } }
}

/// The way one came, without the page itself. 位置导航
pub(crate) fn crumbs(way: &[(&str, &str)]) -> Markup {
    crumbs_named("位置", way)
}

/// The same under a name of its own, where a page has two.
pub(crate) fn crumbs_named(label: &str, way: &[(&str, &str)]) -> Markup {
    html! {
        nav.crumbs aria-label=(label) {
            ol {
                @for (href, name) in way {
                    li { @if href.is_empty() { (name) } @else { a href=(href) { (name) } } }
                }
            }
        }
    }
}

/// Nothing is there: why, and what can be done. 空状态
pub(crate) fn empty(why: &str, way: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            p { (why) }
            @if let Some((href, name)) = way { p { a href=(href) { (name) } } }
        }
    }
}

/// What is known of a thing, name by name. 要素表
pub(crate) fn facts(lines: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (name, value) in lines { div { dt { (name) } dd { (value) } } } } }
}

/// A few numbers that sum something up, each with what it counts and where it leads. 要数
pub(crate) fn numbers(lines: &[(String, String, String)]) -> Markup {
    html! {
        dl.numbers {
            @for (name, number, href) in lines {
                div { dt { (name) } dd { @if href.is_empty() { (number) } @else { a href=(href) { (number) } } } }
            }
        }
    }
}

/// The steps of something with an order: how many lie behind, and on which it stands. 步骤
pub(crate) fn steps(label: &str, steps: &[&str], past: usize, at: Option<usize>) -> Markup {
    html! {
        ol.steps aria-label=(label) {
            @for (place, step) in steps.iter().enumerate() {
                @let here = Some(place) == at;
                li class=[(place < past).then_some("past")] aria-current=[here.then_some("step")] { (step) }
            }
        }
    }
}

/// Views of one list, one of which is open. 页签
pub(crate) fn tabs(label: &str, tabs: &[(String, String, bool)]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul { @for (href, name, here) in tabs { li { a href=(href) aria-current=[here.then_some("page")] { (name) } } } }
        }
    }
}

/// Something that is opened where one wants it, with how much is inside. 折叠
pub(crate) fn fold(title: &str, count: &str, open: bool, content: &Markup) -> Markup {
    html! {
        details.fold open[open] {
            summary { (title) @if !count.is_empty() { span.count { (count) } } }
            (content)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_one_stands_on_is_told_in_words_of_the_page() {
        let made = steps("阶段", &["申请", "受理", "决定"], 1, Some(1)).into_string();
        assert!(
            made.contains(r#"<li class="past">申请</li><li aria-current="step">受理</li><li>决定</li>"#),
            "{made}"
        );
    }

    #[test]
    fn what_is_empty_says_why_and_where_to_go() {
        let made = empty("还没有名册。", Some(("/registers", "名册和清单"))).into_string();
        assert!(made.contains("还没有名册。") && made.contains(r#"<a href="/registers">名册和清单</a>"#));
    }
}
