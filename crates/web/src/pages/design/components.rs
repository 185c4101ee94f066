//! Every component as it looks, with what it means, when it is used and when it is not.

use app::FieldFault;
use calendar::Day;
use maud::{Markup, html};

use crate::chart;
use crate::design::field::{self, Field, Need};
use crate::design::shown::{self, Tone};
use crate::parts::{self, Standing};

/// One component: its name, the function that makes it, its sample, when to use it and when not.
struct Component {
    name: &'static str,
    made_by: &'static str,
    sample: Markup,
    when: &'static str,
    not: &'static str,
}

pub(super) fn all(today: Day) -> Markup {
    let groups = [acting(), entering(), telling(today), counting(), arranging(), going()];
    html! { @for one in groups.into_iter().flatten() { (shown_one(&one)) } }
}

fn shown_one(one: &Component) -> Markup {
    html! {
        h3 { (one.name) " " code { (one.made_by) } }
        div.specimen { (one.sample) }
        dl.when {
            div { dt { "用在" } dd { (one.when) } }
            div { dt { "不用在" } dd { (one.not) } }
        }
    }
}

fn acting() -> Vec<Component> {
    vec![Component {
        name: "按钮",
        made_by: "button、a.button",
        sample: html! {
            p.actions {
                button type="button" { "提交申请" }
                button.second type="button" { "存为草稿" }
                a.button.second href="#parts" { "打开案件" }
                button.link type="button" { "退出" }
            }
        },
        when: "办一件事。主按钮一页一个；次要的用白底；只是去别处的用链接的样子。",
        not: "一行里并排几个主按钮；禁用的灰按钮——点了再说明为什么不能办。",
    }]
}

fn entering() -> Vec<Component> {
    let text = str::to_owned;
    let faults = [FieldFault {
        field: text("sample-on"),
        name: text("办理日期"),
        message: text("不是日期；写作 2024-09-27"),
    }];
    let kinds = [("citizen".to_owned(), "公民".to_owned()), ("company".to_owned(), "企业".to_owned())];
    let hint = "实际办理的那一天，期限从这一天计算。";
    vec![
        Component {
            name: "表单项",
            made_by: "design::field::Field",
            sample: html! {
                (Field::new("sample-name", "姓名或者名称").need(Need::Needed).line("sample-name", ""))
                (Field::new("sample-kind", "申请人类别").need(Need::Optional).choice("sample-kind", "请选择", &kinds, ""))
                (Field::new("f-sample-on", "办理日期").hint(hint).need(Need::Needed).among(&faults).line("sample-on", "明天"))
            },
            when: "每一个输入。标签在上，说明在标签和输入之间，错误写在说明下面，左边一道线。必填选填都写出来。",
            not: "用占位文字代替标签；只用红框说明有错；一打字就报错。",
        },
        Component {
            name: "错误汇总",
            made_by: "design::field::errors",
            sample: field::errors("没有办理", &faults),
            when: "交上来的表有错：放在页面最前面，逐项写明，点了到那一项；填过的内容都还在。",
            not: "代替表单项自己的错误；系统故障（那用提示块）。",
        },
        Component {
            name: "选项",
            made_by: "div.choices",
            sample: html! {
                fieldset.field {
                    legend { "同意电子送达" }
                    div.choices {
                        label.choice { input type="radio" name="sample-choice" value="yes"; " 是" }
                        label.choice { input type="radio" name="sample-choice" value="no"; " 否" }
                    }
                }
            },
            when: "六个以内的选项全部摊开，整个标签都能点。",
            not: "更多的选项——用下拉；是和否用开关。",
        },
    ]
}

fn telling(today: Day) -> Vec<Component> {
    let standing =
        |days_left, is_overdue, is_amber, is_paused| Standing { days_left, is_overdue, is_amber, is_paused };
    vec![
        Component {
            name: "提示块",
            made_by: "design::shown::notice、done",
            sample: html! {
                (shown::notice(Tone::Plain, &html! { p { "更正不抹去原来的记录。" } }))
                (shown::done(&html! { p { "已登记3条。" } }))
                (shown::notice(Tone::Warn, &html! { p { strong { "密码只显示这一次。" } "请当面交给本人。" } }))
                (shown::notice(Tone::Bad, &html! { p { strong { "现在不得办理：没有听取陈述申辩。" } "依据：《行政处罚法》第四十五条。" } }))
            },
            when: "往下做以前必须知道的事。一页至多两块，一块只说一件。",
            not: "普通说明（用正文）；为了好看。",
        },
        Component {
            name: "状态标签",
            made_by: "design::shown::tag、parts::Standing",
            sample: html! {
                p {
                    (shown::tag(Tone::Plain, "已停用")) " " (shown::tag(Tone::Blue, "应当办")) " " (parts::cited("", true)) " "
                    (standing(Some(-3), true, false, false).badge()) " " (standing(Some(2), false, true, false).badge()) " "
                    (standing(Some(30), false, false, false).badge()) " " (standing(None, false, false, true).badge())
                }
            },
            when: "一两个字说明状态；期限的标签带天数。",
            not: "能点的东西；一句话；只靠颜色分辨。",
        },
        Component {
            name: "日期",
            made_by: "parts::day",
            sample: html! { p { (parts::day(today)) } },
            when: "正文和表格里的每一个日子。",
            not: "时刻（用 local_time）。",
        },
        Component {
            name: "空状态",
            made_by: "design::shown::empty",
            sample: shown::empty("没有符合条件的案件。", Some(("#parts", "看全部案件"))),
            when: "列表里什么也没有：说明为什么没有，下一步去哪里。",
            not: "出了错（用提示块）。",
        },
    ]
}

/// Numbers to look at.
fn counting() -> Vec<Component> {
    vec![
        Component {
            name: "要数",
            made_by: "design::shown::numbers",
            sample: shown::numbers(&[
                ("收到复议申请".to_owned(), "9件".to_owned(), "#parts".to_owned()),
                ("已经逾期".to_owned(), "5件".to_owned(), String::new()),
            ]),
            when: "三到六个最要紧的数，每个点开就是它数的记录。",
            not: "全部是零的数；没有出处的数；十个以上（用表格）。",
        },
        Component {
            name: "柱图",
            made_by: "chart::bars",
            sample: chart::bars(
                "各月记录数（示例）",
                &[("1月", 4), ("2月", 9), ("3月", 6)]
                    .map(|(month, n)| chart::Bar::count(month.to_owned(), n)),
            ),
            when: "同一个数按月的变化；下面一定有同样内容的表格。",
            not: "比较不同的东西；三个数以内（直接写）。",
        },
        Component {
            name: "条形",
            made_by: "chart::lying",
            sample: parts::table(
                "各乡镇（示例）",
                &["机关", "数值", "比较"],
                &html! {
                    @for (name, number) in [("甲乡", 9), ("乙镇", 4)] {
                        tr { td.some { (name) } td.value { (number) } td.wide { (chart::lying(number, 9)) } }
                    }
                },
            ),
            when: "同一个数在许多机关之间比较；数写在旁边，条形只给眼睛看。",
            not: "单位不同的数；只有一行。",
        },
        Component {
            name: "趋势线",
            made_by: "chart::spark",
            sample: chart::spark("近八季（示例）：由3到9", &[3, 4, 4, 6, 5, 7, 8, 9]),
            when: "大屏上一个数旁边，看它大致的走向。",
            not: "要读出每一期的数（用柱图和表格）。",
        },
    ]
}

fn arranging() -> Vec<Component> {
    let rows = html! {
        tr { td.day { a href="#parts" { "德政复〔2026〕1号" } } td.wide { "不服罚款决定（示例）" } td.standing { (shown::tag(Tone::Bad, "已逾期 3 天")) } }
        tr { td.day { a href="#parts" { "德政复〔2026〕2号" } } td.wide { "不服不予公开决定（示例）" } td.standing { (shown::tag(Tone::Good, "还有 30 天")) } }
    };
    vec![
        Component {
            name: "表格",
            made_by: "parts::table",
            sample: parts::table("案件（示例）", &["编号", "事由", "期限"], &rows),
            when: "要比较几行的同一项。窄屏上每行变成一张卡片，各项带着自己的表头；太宽的在框里横滚，键盘也能滚。",
            not: "排版；只有一行（用要素表）。",
        },
        Component {
            name: "要素表",
            made_by: "design::shown::facts、dl.facts",
            sample: shown::facts(&[
                ("公开机关", html! { "德化县人民政府" }),
                ("公开日期", html! { "2026年3月2日" }),
            ]),
            when: "一件东西的几个要素，名称在左，内容在右；窄屏上下排列。",
            not: "许多件同类的东西（用表格）。",
        },
        Component {
            name: "面板",
            made_by: "section.panel",
            sample: html! { section.panel.must { h4 { "应当办" } p { "作出复议决定 " (shown::tag(Tone::Warn, "临近，还有 2 天")) } } },
            when: "案件页的三栏：可以办（绿）、应当办（蓝）、不得办（红），标题写明，颜色只是辅助。",
            not: "把每一节都框起来。",
        },
        Component {
            name: "办理经过",
            made_by: "ol.timeline",
            sample: html! {
                ol.timeline {
                    li { h4 { span.number { "1" } "提出申请" } p.sub { "2026年3月2日　申请人" } }
                    li { h4 { span.number { "2" } "受理 " (shown::tag(Tone::Warn, "已被更正")) } p.sub { "2026年3月5日　承办人" } }
                }
            },
            when: "按次序发生、不能改动的事。更正排在后面，原来的变灰留着。",
            not: "待办（用应办清单）。",
        },
        Component {
            name: "步骤",
            made_by: "design::shown::steps",
            sample: shown::steps("阶段（示例）", &["申请", "受理", "审理", "决定"], 2, Some(2)),
            when: "有先后的几个阶段，现在在哪一个。",
            not: "可以跳着做的事；超过八步。",
        },
        Component {
            name: "折叠",
            made_by: "design::shown::fold",
            sample: shown::fold("没有记录的指标", "12项", false, &html! { p { "打开以后看到的内容。" } }),
            when: "少数人才看的细节。标题说清里面有什么、有多少。",
            not: "办事必须看到的内容；错误。",
        },
    ]
}

fn going() -> Vec<Component> {
    let tabs = [
        ("#parts".to_owned(), "本机关".to_owned(), true),
        ("#words".to_owned(), "我承办的".to_owned(), false),
    ];
    vec![
        Component {
            name: "位置导航",
            made_by: "design::shown::crumbs",
            sample: shown::crumbs_named(
                "位置（示例）",
                &[("#parts", "方案落实"), ("#parts", "依法行政制度体系")],
            ),
            when: "两层以下的页面，写到上一层为止；标题就是本页。",
            not: "首页和一层的页面（主导航已经标明）。",
        },
        Component {
            name: "页签",
            made_by: "design::shown::tabs",
            sample: shown::tabs("范围（示例）", &tabs),
            when: "同一张表的两到五种看法，每一种有自己的网址。",
            not: "更多的分类（用下拉筛选）；步骤。",
        },
        Component {
            name: "翻页",
            made_by: "parts::next_page",
            sample: parts::next_page(Some("#parts")),
            when: "长列表。只有下一页：列表按次序往后翻，几百万条也一样快。",
            not: "十几条的列表。",
        },
    ]
}
