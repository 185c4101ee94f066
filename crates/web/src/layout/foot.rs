//! The foot of every page: what a government's site must say of itself, where else to go, how the pages are shown.

use maud::{Markup, html};

use crate::design::look::Shade;
use crate::visitor::Visitor;

/// Who runs the site: as its operator says, else the government that the register of organs names.
pub(super) fn host(visitor: &Visitor) -> Option<&str> {
    visitor.facts.host.as_deref().or(visitor.owner.as_deref())
}

pub(super) fn foot(visitor: &Visitor) -> Markup {
    html! {
        footer {
            div.inner {
                div.columns {
                    nav aria-label="网站地图" {
                        ul {
                            @for (href, name) in PLACES { li { a href=(href) { (name) } } }
                            @if visitor.is_officer() { @for (href, name) in OFFICERS { li { a href=(href) { (name) } } } }
                        }
                    }
                    (shown_as(visitor))
                }
                (facts(visitor))
            }
        }
    }
}

const PLACES: [(&str, &str); 13] = [
    ("/", "首页"),
    ("/procedures", "办事指南"),
    ("/published", "公开信息"),
    ("/figures", "统计数据"),
    ("/plan", "方案落实"),
    ("/reports", "年度报告"),
    ("/registers", "名册和清单"),
    ("/draws", "双随机抽取"),
    ("/audit", "审核报告"),
    ("/verify", "核验凭证和文件"),
    ("/journal", "办理日志的根"),
    ("/help", "使用手册"),
    ("/about", "关于本站和未核实事项"),
];

/// What only officers look for, and what no page of the main navigation leads to.
const OFFICERS: [(&str, &str); 7] = [
    ("/joint", "综合查一次"),
    ("/file-review", "案卷评查"),
    ("/exams", "执法资格考试"),
    ("/enterprises", "企业档案"),
    ("/warnings", "执法监督预警"),
    ("/assessments", "考核评估"),
    ("/documents", "文件库"),
];

/// The choices of how the pages are shown, each a link that leads back here.
fn shown_as(visitor: &Visitor) -> Markup {
    let look = visitor.look;
    let choices = [
        ("normal", "标准版", !look.large),
        ("large", "长辈版", look.large),
        ("light", "浅色", look.shade == Shade::Light),
        ("dark", "深色", look.shade == Shade::Dark),
        ("device", "深浅随设备", look.shade == Shade::Device),
    ];
    html! {
        nav.unprinted aria-label="显示方式" {
            ul {
                @for (id, name, here) in choices {
                    li { a href=(format!("/display/{id}")) rel="nofollow" aria-current=[here.then_some("true")] { (name) } }
                }
            }
        }
    }
}

/// What is not said is not shown.
fn facts(visitor: &Visitor) -> Markup {
    let facts = &visitor.facts;
    html! {
        ul.facts-line {
            @if let Some(host) = host(visitor) { li { "主办单位：" (host) } }
            @if let Some(operator) = &facts.operator { li { "承办单位：" (operator) } }
            @if let Some(phone) = &facts.phone { li { "联系电话：" (phone) } }
            @if let Some(address) = &facts.address { li { "地址：" (address) } }
            @if let Some(code) = &facts.code { li { "网站标识码：" (code) } }
            @if let Some(icp) = &facts.icp { li { a href="https://beian.miit.gov.cn/" rel="noopener" { (icp) } } }
            @if let Some(police) = &facts.police {
                li {
                    @if let Some(digits) = facts.police_digits() {
                        a href=(format!("https://beian.mps.gov.cn/#/query/webSearch?code={digits}")) rel="noopener" { (police) }
                    } @else { (police) }
                }
            }
            @if let Some(href) = &facts.organ_mark { li { a href=(href) rel="noopener" { "党政机关网站标识" } } }
            @if let Some(href) = &facts.elderly_mark { li { a href=(href) rel="noopener" { "适老化及无障碍标识" } } }
            @if let Some(href) = &facts.mistakes { li { a href=(href) rel="noopener" { "政府网站找错" } } }
        }
    }
}
