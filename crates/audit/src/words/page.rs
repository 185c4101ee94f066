//! Pieces of the web page, and what a report lacks: title, signature. (网页残留与要素)

use crate::context::{Context, Words};
use crate::profile::Profile;
use crate::rule::machine;

/// Checks the page around the report.
pub fn check(context: &mut Context, profile: &Profile) {
    residues(context);
    let text = context.text;
    let filled = |p: &&crate::text::Paragraph| {
        p.end > p.start && !context.chars.text(p.start, p.end).trim().is_empty()
    };
    let first = text.paragraphs.iter().find(filled).map(|p| (p.start, p.end));
    let last = text.paragraphs.iter().rev().find(filled).map(|p| (p.start, p.end));
    if !profile.is_yearly_report {
        return;
    }
    let addressed = |end: usize| context.chars.before(end) == ':';
    if let (None, Some((start, end))) = (profile.title, first.filter(|(_, end)| addressed(*end))) {
        let words = Words::new("文件里没有标题，直接从主送机关开始").help(format!(
            "在主送机关前写上标题，如“某县{}年度法治政府建设情况报告”；从网页复制时漏了的，不必改原稿",
            profile.year.unwrap_or(2024)
        ));
        context.report("no_title", start, end, words);
    }
    let last = text
        .paragraphs
        .iter()
        .rev()
        .filter(filled)
        .find(|p| !is_residue(context, p))
        .map(|p| (p.start, p.end))
        .or(last);
    if let (None, Some((start, end))) = (profile.signed_on, last) {
        let start = start.max(end.saturating_sub(12));
        let words = Words::new("文末没有落款：缺发文机关署名和成文日期")
            .help("上报的文稿补上署名和成文日期；网页转载的可以不改");
        context.report("no_signature", start, end, words);
    }
}

fn is_residue(context: &Context, paragraph: &crate::text::Paragraph) -> bool {
    let end = paragraph.end.min(paragraph.start + 200);
    context.chars.has_any(paragraph.start, end, context.rules.residues.iter().map(String::as_str))
}

/// Lines that hold a piece of a web page.
fn residues(context: &mut Context) {
    let text = context.text;
    let rules = context.rules;
    let folded: Vec<String> = rules.residues.iter().map(|r| r.replace(':', "：")).collect();
    let words: Vec<&str> =
        rules.residues.iter().map(String::as_str).chain(folded.iter().map(String::as_str)).collect();
    let residues = rules.machines.residues.get_or_init(|| machine(&words));
    let mut told = None;
    for (number, at, _) in super::confusions::find(context, residues.as_ref()) {
        let line = text.paragraphs.partition_point(|p| p.start <= at).saturating_sub(1);
        let Some(paragraph) = text.paragraphs.get(line) else { continue };
        if paragraph.end - paragraph.start > 200 || told == Some(line) {
            continue;
        }
        if let Some(residue) = words.get(number) {
            told = Some(line);
            let words = Words::new(format!("网页的残留文字（“{residue}”），不属于报告"))
                .help("上报的文稿删去这一行；这一行里的发布日期只用来核对公开时限");
            let start = (paragraph.start..paragraph.end).find(|i| !context.chars.at(*i).is_whitespace());
            context.report("web_residue", start.unwrap_or(paragraph.start), paragraph.end, words);
        }
    }
}
