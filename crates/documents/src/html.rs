//! A document as one page of HTML that needs nothing beside it; printed, it has the standard's margins.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::model::{Block, Document, Inline, Table, Target};

const STYLE: &str = "@page{size:210mm 297mm;margin:37mm 26mm 35mm 28mm}\
body{max-width:156mm;margin:2rem auto;padding:0 1rem;font:15.75pt/1.875 仿宋_GB2312,FangSong,仿宋,STFangsong,\"Noto Serif CJK SC\",serif;color:#000;background:#fff}\
h1{font:400 21pt/1.4 方正小标宋简体,\"Noto Serif CJK SC\",SimSun,serif;text-align:center;margin:1em 0}\
h2,h3,h4,h5{font-size:inherit;font-weight:400;margin:0;text-indent:2em}h2{font-family:黑体,SimHei,\"Noto Sans CJK SC\",sans-serif}\
h3{font-family:楷体_GB2312,KaiTi,STKaiti,serif}h4{font-weight:700}p{margin:0;text-indent:2em;text-align:justify}p.flush{text-indent:0}\
.mark{color:#e60012;text-align:center;text-indent:0;font:400 2.2rem/1.3 方正小标宋简体,\"Noto Serif CJK SC\",SimSun,serif}\
.number{text-align:center;text-indent:0;border-bottom:.35mm solid #e60012;padding-bottom:4mm;margin-bottom:2em}\
.signed{margin:2em 4em 0 auto;width:fit-content;text-align:center}.signed p{text-indent:0;text-align:center}\
section.annex{margin-top:3em;break-before:page}.wide{overflow-x:auto}\
table{border-collapse:collapse;width:100%;font-size:10.5pt;line-height:1.5;margin:1em 0;border-block:.35mm solid #000}\
th,td{border-bottom:.25mm solid #999;padding:.3em .4em;text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}th.c{text-align:center}\
tr:target{background:#fff6c4}a{color:inherit}@media print{body{margin:0;padding:0}a{text-decoration:none}}";

/// The document as a page of HTML.
#[must_use]
pub fn to_html(document: &Document) -> String {
    let title = document.whole_title();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escape(title.as_str())
    );
    if let Some(head) = &document.head {
        line(&mut page, "p class=\"mark\"", &head.mark);
        line(&mut page, "p class=\"number\"", &head.number);
    }
    let lines: Vec<_> = document.title.iter().map(|line| escape(line.as_str())).collect();
    let _ = writeln!(page, "<h1>{}</h1>", lines.join("<br>"));
    if let Some(addressee) = &document.addressee {
        line(&mut page, "p class=\"flush\"", &format!("{addressee}："));
    }
    blocks(&mut page, &document.blocks);
    for annex in document.annex_lines() {
        line(&mut page, "p", &annex);
    }
    if let Some(signed) = &document.signed {
        page.push_str("<div class=\"signed\">\n");
        line(&mut page, "p", &signed.by);
        line(&mut page, "p", &signed.on);
        page.push_str("</div>\n");
    }
    if let Some(note) = &document.note {
        line(&mut page, "p", &format!("（{note}）"));
    }
    for (at, annex) in document.annexes.iter().enumerate() {
        page.push_str("<section class=\"annex\">\n");
        line(&mut page, "p class=\"flush\"", &document.annex_mark(at));
        line(&mut page, "h1 class=\"annex\"", &annex.title);
        blocks(&mut page, &annex.blocks);
        page.push_str("</section>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// A line in an element, whose attributes may follow its name.
fn line(page: &mut String, element: &str, text: &str) {
    let name = element.split(' ').next().unwrap_or(element);
    let _ = writeln!(page, "<{element}>{}</{name}>", escape(text));
}

fn blocks(page: &mut String, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading(level, text) => line(page, &format!("h{}", (level + 1).clamp(2, 5)), text),
            Block::Paragraph(inlines) => {
                let _ = writeln!(page, "<p>{}</p>", inline(inlines));
            }
            Block::Table(whole) => table(page, whole),
        }
    }
}

fn inline(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) => escape(text.as_str()).into_owned(),
        Inline::Strong(text) => format!("<strong>{}</strong>", escape(text.as_str())),
        Inline::Link(text, target) => {
            let to = match target {
                Target::Url(url) => url.clone(),
                Target::Anchor(id) => format!("#{id}"),
            };
            format!("<a href=\"{}\">{}</a>", escape(to.as_str()), escape(text.as_str()))
        }
    };
    inlines.iter().map(one).collect()
}

fn table(page: &mut String, table: &Table) {
    page.push_str("<div class=\"wide\" tabindex=\"0\"><table>\n<thead>");
    let class = |at: usize| {
        let is_number = table.columns.get(at).is_some_and(|column| column.is_number);
        if is_number { " class=\"n\"" } else { "" }
    };
    for row in table.head() {
        page.push_str("<tr>");
        for cell in row {
            let (scope, class) =
                if cell.is_over { ("colgroup", " class=\"c\"") } else { ("col", class(cell.column)) };
            let across =
                if cell.across > 1 { format!(" colspan=\"{}\"", cell.across) } else { String::new() };
            let down = if cell.down > 1 { format!(" rowspan=\"{}\"", cell.down) } else { String::new() };
            let title = escape(cell.title.as_str());
            let _ = write!(page, "<th scope=\"{scope}\"{class}{across}{down}>{title}</th>");
        }
        page.push_str("</tr>");
    }
    page.push_str("</thead>\n<tbody>\n");
    for row in &table.rows {
        let id = row.anchor.as_ref().map(|id| format!(" id=\"{}\"", escape(id.as_str())));
        let _ = write!(page, "<tr{}>", id.unwrap_or_default());
        for (at, cell) in row.cells.iter().enumerate() {
            let _ = write!(page, "<td{}>{}</td>", class(at), inline(cell));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table></div>\n");
}
