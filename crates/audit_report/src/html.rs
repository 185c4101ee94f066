//! A page to read and print: the report's text, the findings beside it, every checked number marked.

use std::fmt::Write;

use audit::{Rules, Verdict};
use base::Severity;

use crate::shown::Shown;

const STYLE: &str = "\
:root{--error:#b00020;--warning:#8a5a00;--note:#1a5fb4;--good:#1b6e3c}\
body{margin:0;font:17px/1.8 \"Noto Serif CJK SC\",\"Source Han Serif SC\",SimSun,serif;color:#1a1a1a;background:#f6f5f2}\
header{padding:1rem 1.5rem;border-bottom:1px solid #ccc;background:#fff}h1{font-size:1.25rem;margin:0}\
header p{margin:.3rem 0 0}main{display:grid;grid-template-columns:minmax(0,1fr) 24rem;gap:1.5rem;padding:1.5rem}\
article{background:#fff;padding:1.5rem 2rem;overflow-wrap:anywhere}article p{margin:0 0 .6rem}\
aside{font:15px/1.6 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif}\
aside ol{list-style:none;margin:0;padding:0}aside li{background:#fff;border-left:4px solid;padding:.6rem .8rem;margin:0 0 .7rem}\
.error{border-color:var(--error)}.warning{border-color:var(--warning)}.note{border-color:var(--note)}\
mark{background:none;color:inherit;border-bottom:3px solid}mark.error{background:#fde7ea}mark.warning{background:#fff3d6}mark.note{background:#e5effb}\
mark a{color:inherit;text-decoration:none;font-size:.7em;vertical-align:super}\
u{text-decoration:underline dotted;text-underline-offset:.25em}u.agrees{text-decoration-color:var(--good)}u.differs{text-decoration:underline wavy var(--error)}\
.rule{color:#555;font-size:.85em}dl{margin:.3rem 0 0}dt{float:left;clear:left;width:4.5em;color:#555}dd{margin:0 0 0 4.5em}\
:target{outline:3px solid #f5c211}@media(max-width:60rem){main{grid-template-columns:1fr}}\
@media print{body{background:#fff;font-size:10.5pt}main{display:block;padding:0}article{padding:0}aside li{break-inside:avoid;border:1px solid #999;border-left-width:4px}mark{border-bottom-width:2px}}";

fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// A stretch that is marked: where it begins and ends, what opens it and what closes it.
struct Stretch {
    start: usize,
    end: usize,
    open: String,
    close: String,
}

/// The whole page.
#[must_use]
pub fn html(shown: &Shown, rules: &Rules) -> String {
    let (errors, warnings, notes) = shown.counts();
    let mut out = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>审核：{0}</title><style>{STYLE}</style></head>\
         <body><header><h1>审核：{0}</h1><p>错误{errors}处、警告{warnings}处、提示{notes}处。读到数字{1}个，核算{2}处。\
         文中加底色的是问题，点数字看说明；点线标出的数字已经核算。</p>",
        escape(shown.file),
        shown.report.figures.len(),
        shown.report.relations.len(),
    );
    for note in shown.notes {
        let _ = write!(out, "<p>{}</p>", escape(note));
    }
    out.push_str("</header><main><article>");
    body(shown, &mut out);
    out.push_str("</article><aside aria-label=\"问题\"><ol>");
    for (number, finding) in shown.open().enumerate() {
        let title = rules.rule(finding.rule).map_or(finding.rule, |r| r.title.as_str());
        let class = finding.severity.id();
        let _ = write!(
            out,
            "<li id=\"f{0}\" class=\"{class}\"><strong>{0}. {1}</strong> <span class=\"rule\">{2}，<a href=\"#t{0}\">{3}</a></span><div>{4}</div><dl>",
            number + 1,
            escape(title),
            finding.severity.label(),
            escape(&shown.address(finding.start)),
            escape(&finding.message),
        );
        let rows = [("核算", &finding.computation), ("依据", &finding.basis), ("怎么改", &finding.help)];
        for (label, value) in rows.iter().filter_map(|(l, v)| v.as_ref().map(|v| (l, v))) {
            let _ = write!(out, "<dt>{label}</dt><dd>{}</dd>", escape(value));
        }
        if let Some(link) = &finding.link {
            let _ = write!(out, "<dt>记录</dt><dd><a href=\"{0}\">{0}</a></dd>", escape(link));
        }
        out.push_str("</dl></li>");
    }
    out.push_str("</ol></aside></main></body></html>\n");
    out
}

fn stretches(shown: &Shown) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = shown
        .open()
        .enumerate()
        .map(|(number, f)| Stretch {
            start: f.start,
            end: f.end,
            open: format!("<mark id=\"t{}\" class=\"{}\">", number + 1, f.severity.id()),
            close: format!("<a href=\"#f{0}\" aria-label=\"第{0}个问题\">{0}</a></mark>", number + 1),
        })
        .collect();
    let checked = shown.report.relations.iter().filter(|r| r.verdict != Verdict::NotCheckable);
    all.extend(checked.map(|r| Stretch {
        start: r.start,
        end: r.end,
        open: format!(
            "<u class=\"{}\" title=\"{}：{}\">",
            r.verdict.id(),
            r.verdict.label(),
            escape(&r.computation)
        ),
        close: "</u>".to_owned(),
    }));
    all.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    all
}

/// The text, line by line. A stretch that would cross another is cut off where that one ends.
fn body(shown: &Shown, out: &mut String) {
    let all = stretches(shown);
    let mut next = all.iter().peekable();
    for paragraph in &shown.text.paragraphs {
        let mut open: Vec<(&Stretch, usize)> = Vec::new();
        let mut at = paragraph.start;
        out.push_str("<p>");
        loop {
            let begin = next.peek().map(|s| s.start).filter(|s| *s < paragraph.end.max(paragraph.start + 1));
            let finish = open.last().map(|(_, end)| *end);
            let stop = begin
                .unwrap_or(paragraph.end)
                .min(finish.unwrap_or(paragraph.end))
                .max(at)
                .min(paragraph.end);
            out.push_str(&escape(shown.quote(at, stop)));
            at = stop;
            if let Some((stretch, _)) = open.pop_if(|(_, end)| *end <= at) {
                out.push_str(&stretch.close);
            } else if begin.is_some_and(|b| b <= at) {
                let Some(stretch) = next.next() else { break };
                let limit = finish.unwrap_or(paragraph.end);
                out.push_str(&stretch.open);
                open.push((stretch, stretch.end.min(limit).min(paragraph.end)));
            } else {
                break;
            }
        }
        while let Some((stretch, _)) = open.pop() {
            out.push_str(&stretch.close);
        }
        out.push_str("</p>");
    }
}

/// The reference page of all rules, in Markdown.
#[must_use]
pub fn rule_pages(rules: &Rules) -> String {
    let mut out = String::from("# 审核规则\n\n本页由 `rules/catalogue.toml` 生成。\n\n");
    out.push_str("| 规则 | 名称 | 程度 | 把握 |\n|---|---|---|---|\n");
    for rule in &rules.catalogue {
        let row = format!(
            "| [`{0}`](#{0}) | {1} | {2} | {3} |\n",
            rule.id,
            rule.title,
            rule.severity.label(),
            sure(&rule.sure)
        );
        out.push_str(&row);
    }
    for rule in &rules.catalogue {
        let _ = write!(
            out,
            "\n## {}\n\n**{}**（{}，{}）\n\n{}\n\n",
            rule.id,
            rule.title,
            rule.severity.label(),
            sure(&rule.sure),
            rule.explanation
        );
        let _ = writeln!(out, "* 不要：{}\n* 要：{}", rule.bad, rule.good);
        if let Some(basis) = &rule.basis {
            let _ = writeln!(out, "* 依据：{basis}");
        }
        if rule.severity == Severity::Note {
            out.push_str("* 只作提示，不影响大意\n");
        }
    }
    out
}

fn sure(word: &str) -> &'static str {
    match word {
        "certain" => "确定",
        "likely" => "很可能",
        _ => "可能",
    }
}
