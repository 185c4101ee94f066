//! What this site is, and everything in its rules that nobody has verified.

use axum::extract::{Query, State};
use calendar::Day;
use maud::{Markup, html};
use norms::Procedure;

use crate::guide;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which procedure's items are shown one by one: all of them at once would weigh more than a page may.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    procedure: String,
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let platform = site.platform();
    let today = platform.today();
    let procedures: Vec<&Procedure> =
        platform.rules().in_force(today).map(|pack| &pack.file.procedure).collect();
    let laws: Vec<String> = platform
        .rules()
        .laws
        .laws()
        .iter()
        .filter(|law| law.versions.iter().any(|version| version.unverified))
        .map(|law| law.title.clone())
        .collect();
    Ok(visitor.page("关于本站", render(&procedures, &laws, &asked.procedure, today)))
}

fn render(procedures: &[&Procedure], laws: &[String], asked: &str, today: Day) -> Markup {
    html! {
        h1 { "关于本站" }
        p { "本站把法律规定的“可以、应当、不得”写成规范，办过的每一步记入日志，每个统计数都由日志计算。" }
        p { "日志定时作出签名的根并公布，任何人可以据此核验日志没有改动：" a href="/journal" { "办理日志的根" } "。" }
        p { "办理的结果以承办机关作出的文书为准。对办理有意见的，可以向承办机关或者其上级机关反映。" }
        h2 { "未核实事项" }
        p { "下面的规定没有见到原文或者来自转述，使用时标明“未核实”，办理前请核对原文。" }
        @for procedure in procedures.iter().filter(|one| one.id == asked) {
            section id="items" {
                h3 { a href=(format!("/procedures/{}", procedure.id)) { (procedure.name) } }
                ul { @for (what, basis) in unverified(procedure, today) { li { (what) @if !basis.is_empty() { span.sub { (basis) } } } } }
            }
        }
        h3 { "各程序" }
        ul.lines {
            @for procedure in procedures {
                @let count = unverified(procedure, today).len();
                @if count > 0 {
                    li { a href=(parts::query("/about", &[("procedure", &procedure.id)])) { (procedure.name) } span.sub { (count) "项，逐项看" } }
                }
            }
        }
        @if !laws.is_empty() {
            section { h3 { "法律文件的基本情况（" (laws.len()) " 件）" } details.fold { summary { "逐件看" } ul { @for law in laws { li { "《" (law.trim_matches(['《', '》'])) "》" } } } } }
        }
        h2 { "怎样使用" }
        ul {
            li { "全部页面不需要脚本，可以只用键盘操作；每页开头可以跳到正文。" }
            li { "页面右上角可以换成字号更大、用语更简单的" a href="/display/large" { "长辈版" } "；页尾可以选浅色或者深色。选过一次，以后都这样显示。" }
            li { "放大到百分之二百、用读屏软件、打印，都按无障碍的要求做过检查；有不好用的地方，请告诉主办单位。" }
            li { "页面怎样设计、颜色和字号的根据，见" a href="/design" { "设计规范" } "。" }
            li { "别的系统可以通过" a href="/api/v1" { "接口" } "查看和办理。" }
            li { "查询办件要用回执上的编号和查询码：" a href="/follow" { "查办件" } }
        }
        p.sub { "今天是" (parts::day(today)) "。" }
    }
}

/// Parameters, norms and publications that nobody has verified: what they say, and the source they name.
fn unverified(procedure: &Procedure, today: Day) -> Vec<(String, String)> {
    let mut made = Vec::new();
    for (at, parameter) in procedure.parameters.iter().enumerate() {
        for value in parameter.values.iter().filter(|value| value.unverified) {
            let since = value.from.chinese();
            let text = format!(
                "本地参数，{}：{}（{since}起）",
                guide::called(procedure, at),
                picture::sentence::setting(value.amount)
            );
            made.push((text, value.basis.clone()));
        }
    }
    for norm in procedure.norms.iter().filter(|norm| norm.basis.unverified) {
        made.push((guide::sentence(procedure, norm, today), norm.basis.cited.clone()));
    }
    for act in &procedure.acts {
        if let Some(publish) = act.publish.as_ref().filter(|publish| publish.basis.unverified) {
            made.push((format!("办“{}”以后公开", act.name), publish.basis.cited.clone()));
        }
    }
    made
}
