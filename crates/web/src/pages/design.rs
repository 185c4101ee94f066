//! The page of the design, for those who carry it on: tokens with their contrasts, components with their meaning.

mod components;

use axum::extract::State;
use maud::{Markup, html};

use crate::design::contrast::{contrast, told};
use crate::design::shown;
use crate::design::tokens::{COLOURS, LOOKS, MEASURES, PAIRS, ROOTS, TEXT, shade};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let today = site.platform().today();
    Ok(visitor.page("设计规范", render(&components::all(today))))
}

fn render(components: &Markup) -> Markup {
    html! {
        (shown::crumbs(&[("/about", "关于本站")]))
        h1 { "设计规范" }
        p.lead { "写给继续建设本站的人：用哪些部件、什么时候用、什么时候不用，颜色和字号从哪里来。" }
        nav.contents aria-label="目录" {
            ul {
                li { a href="#rules" { "原则" } } li { a href="#looks" { "显示方式" } } li { a href="#colours" { "颜色" } }
                li { a href="#pairs" { "对比度" } } li { a href="#measures" { "字号和间距" } } li { a href="#parts" { "部件" } }
                li { a href="#words" { "用语" } }
            }
        }
        (rules())
        (looks())
        (colours())
        (pairs())
        (measures())
        section aria-labelledby="parts" { h2 id="parts" { "部件" } (components) }
        (words())
    }
}

fn rules() -> Markup {
    html! {
        section aria-labelledby="rules" {
            h2 id="rules" { "原则" }
            ul {
                li { strong { "先能用。" } "没有脚本、没有网格布局、只有键盘，每件事都办得成；脚本只让它快一点。" }
                li { strong { "办事的密，来办事的疏。" } "工作人员一屏要看几十件，群众一屏只办一件。同一套部件，字号和间距随人而变。" }
                li { strong { "颜色不单独说话。" } "红、黄、绿的地方都有字：“已逾期 3 天”“临近，还有 2 天”。" }
                li { strong { "依据跟着结论走。" } "说可以、应当、不得的地方，旁边就是条文；没有核实的，标“未核实”。" }
                li { strong { "一页一件主要的事。" } "主按钮一页只有一个，别的用次要按钮或者链接。" }
                li { strong { "不从别处取东西。" } "字体用系统自带的中文字体，图都画在页面里；一页至多八个请求，第一次不超过150 KB，以后不超过30 KB。" }
            }
        }
    }
}

fn looks() -> Markup {
    html! {
        section aria-labelledby="looks" {
            h2 id="looks" { "显示方式" }
            p { "在页尾选；选择记在浏览器里一年，不用登录，不用脚本。不选深浅的，随设备的设置。" }
            p.actions.unprinted {
                @for (id, name) in [("normal", "标准版"), ("large", "长辈版"), ("light", "浅色"), ("dark", "深色"), ("device", "深浅随设备")] {
                    a.button.second href=(format!("/display/{id}")) rel="nofollow" { (name) }
                }
            }
            (parts::table("字号的根", &["页面", "根字号", "说明"], &html! {
                @for (class, size, what) in ROOTS {
                    tr { td { code { ":root" (class) } } td.value { (size) } td { (what) } }
                }
            }))
            p { "长辈版按《移动互联网应用（APP）适老化通用设计规范》的数：正文18磅以上，行距1.3倍以上，段距不小于行距的1.3倍，主要的可点区域60像素以上；首页只留四件事，用语换成口语。打印一律用浅色。" }
        }
    }
}

fn colours() -> Markup {
    let rows = html! {
        @for one in COLOURS {
            tr {
                td.some { code { "--" (one.id) } }
                td { (swatch(one.light)) " " code { (one.light) } }
                td { (swatch(one.dark)) " " code { (one.dark) } }
                td { @if let Some((light, dark)) = one.large { code { (light) } " " code { (dark) } } @else { "同左" } }
                td.wide { (one.what) }
            }
        }
    };
    html! {
        section aria-labelledby="colours" {
            h2 id="colours" { "颜色" }
            p { "按用处命名。样式里只写标记，不写颜色值；要新的颜色，先加标记，再加它和底色的对比度。" }
            (parts::table("颜色标记", &["标记", "浅色", "深色", "长辈版（浅、深）", "用处"], &rows))
        }
    }
}

/// A patch of a colour; drawn, because the pages let no style stand in an element.
fn swatch(colour: &str) -> Markup {
    html! { svg.swatch aria-hidden="true" focusable="false" { rect width="100%" height="100%" fill=(colour) {} } }
}

fn pairs() -> Markup {
    let rows = html! {
        @for (front, back, least) in PAIRS {
            tr {
                td.some { code { (front) } " 在 " code { (back) } " 上" @if least < TEXT { span.sub { "图形" } } }
                @for (_, is_dark, is_large) in LOOKS {
                    @if let Some((front, back)) = shade(front, is_dark, is_large).zip(shade(back, is_dark, is_large)) {
                        td { (sample(front, back)) (contrast(front, back).map_or_else(String::new, told)) }
                    }
                }
                td.value { (told(least)) }
            }
        }
    };
    let mut head = vec!["前景和底"];
    head.extend(LOOKS.map(|(name, ..)| name));
    head.push("至少");
    html! {
        section aria-labelledby="pairs" {
            h2 id="pairs" { "对比度" }
            p { "按 WCAG 2.1 的算法当场算出。正文至少4.5:1，图形和边至少3:1；有一对不到，测试不通过。" }
            (parts::table("对比度", &head, &rows))
        }
    }
}

fn sample(front: &str, back: &str) -> Markup {
    html! {
        svg.sample viewBox="0 0 60 18" aria-hidden="true" focusable="false" {
            rect width="60" height="18" fill=(back) {}
            text x="6" y="13" font-size="11" fill=(front) { "文字 Aa" }
        }
    }
}

fn measures() -> Markup {
    let rows = html! {
        @for one in MEASURES {
            tr {
                td.some { code { "--" (one.id) } }
                td.value { (one.usual) }
                td.value { (one.large) }
                td.wide { (one.what) }
            }
        }
    };
    html! {
        section aria-labelledby="measures" {
            h2 id="measures" { "字号和间距" }
            p { "用 rem，随根字号放大；浏览器放大到200%，页面重排，不左右滚动。" }
            (parts::table("字号和间距标记", &["标记", "标准版", "长辈版", "用处"], &rows))
        }
    }
}

fn words() -> Markup {
    html! {
        section aria-labelledby="words" {
            h2 id="words" { "用语" }
            ul {
                li { "按钮说会发生什么：“提交申请”“确认更正”，不说“确定”“提交”。" }
                li { "错误说哪一项、错在哪里、怎样改；不说“非法输入”。" }
                li { "拒绝说依据哪一条、谁可以办；能办的替代做法写在后面。" }
                li { "期限写到哪一天，再写还有几天；不只写“尽快”。" }
                li { "对群众称“您”，对工作人员直说事项。不用感叹号。" }
                li { "法律术语以词汇表为准，一个词只有一个意思。" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_and_every_ratio_is_shown() {
        let today = calendar::Day::parse("2026-03-02").unwrap();
        let made = render(&components::all(today)).into_string();
        for one in COLOURS {
            assert!(made.contains(&format!("--{}<", one.id)), "{}", one.id);
        }
        for one in MEASURES {
            assert!(made.contains(&format!("--{}<", one.id)), "{}", one.id);
        }
        let light =
            contrast(shade("ink", false, false).unwrap(), shade("paper", false, false).unwrap()).unwrap();
        assert!(made.contains(&told(light)));
        assert!(!made.contains("style="), "the policy of the pages lets no style stand in an element");
    }
}
