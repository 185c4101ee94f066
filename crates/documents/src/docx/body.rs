//! The text of the package: paragraphs, tables, links, and the section with its grid.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::parts::{BODY, PITCH, R, W, character_space, characters};
use crate::heading::HeadCell;
use crate::model::{Annex, Block, Document, Inline, Row, Table, Target};
use crate::sheet::{AREA_MM, FOLIO_MM, LEFT_MM, MARK_MM, PAGE_MM, RULE_MM, Role, TOP_MM, twips};

struct Writer {
    xml: String,
    links: Vec<String>,
    marks: usize,
}

/// The text, and the addresses that it links to.
pub(super) fn body(document: &Document) -> (String, Vec<String>) {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{W}\" xmlns:r=\"{R}\"><w:body>"
    );
    let mut writer = Writer { xml, links: Vec::new(), marks: 0 };
    writer.head(document);
    for line in &document.title {
        writer.line("Title", "", line);
    }
    writer.line("Text", "", "");
    if let Some(addressee) = &document.addressee {
        writer.line("Normal", "", &format!("{addressee}："));
    }
    writer.blocks(&document.blocks);
    writer.close(document);
    for (at, annex) in document.annexes.iter().enumerate() {
        writer.annex(&document.annex_mark(at), annex);
    }
    writer.section();
    writer.xml.push_str("</w:body></w:document>");
    (writer.xml, writer.links)
}

impl Writer {
    fn line(&mut self, style: &str, more: &str, text: &str) {
        self.paragraph(style, more, &[Inline::Text(text.to_owned())]);
    }

    fn paragraph(&mut self, style: &str, more: &str, inlines: &[Inline]) {
        let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{more}</w:pPr>");
        for inline in inlines {
            self.inline(inline);
        }
        self.xml.push_str("</w:p>");
    }

    fn inline(&mut self, inline: &Inline) {
        let run = |words: &str, text: &str| {
            format!("<w:r>{words}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
        };
        match inline {
            Inline::Text(text) if text.is_empty() => {}
            Inline::Text(text) => self.xml.push_str(&run("", text)),
            Inline::Strong(text) => self.xml.push_str(&run("<w:rPr><w:b/></w:rPr>", text)),
            Inline::Link(text, Target::Anchor(id)) => {
                let _ = write!(
                    self.xml,
                    "<w:hyperlink w:anchor=\"{}\">{}</w:hyperlink>",
                    escape(id.as_str()),
                    run("", text)
                );
            }
            Inline::Link(text, Target::Url(url)) => {
                let at = self.links.iter().position(|one| one == url).unwrap_or_else(|| {
                    self.links.push(url.clone());
                    self.links.len() - 1
                });
                let _ =
                    write!(self.xml, "<w:hyperlink r:id=\"rId{}\">{}</w:hyperlink>", at + 10, run("", text));
            }
        }
    }

    /// The mark stands 35 mm below the top of the type area; a rule of 156 mm lies 4 mm below the number.
    fn head(&mut self, document: &Document) {
        let Some(head) = &document.head else { return };
        let letters = i32::try_from(head.mark.chars().count()).unwrap_or(1).max(1);
        let size = (twips(AREA_MM.0) / letters / 10).min(110);
        let above = format!(
            "<w:spacing w:before=\"{}\" w:after=\"{}\" w:line=\"{}\" w:lineRule=\"exact\"/>",
            twips(MARK_MM),
            2 * PITCH,
            size * 10 + 40
        );
        let words = characters(Role::Title, size, true);
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"Mark\"/><w:snapToGrid w:val=\"0\"/>{above}</w:pPr><w:r>{words}<w:t>{}</w:t></w:r></w:p>",
            escape(head.mark.as_str())
        );
        // A border's distance is in points.
        let border = format!(
            "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"10\" w:space=\"{}\" w:color=\"E60012\"/></w:pBdr><w:spacing w:after=\"{}\"/>",
            twips(RULE_MM) / 20,
            2 * PITCH
        );
        self.line("Number", &border, &head.number);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(level, text) => {
                    self.line(&format!("Heading{}", (*level).clamp(1, 4)), "", text)
                }
                Block::Paragraph(inlines) => self.paragraph("Text", "", inlines),
                Block::Table(table) => self.table(table),
            }
        }
    }

    fn close(&mut self, document: &Document) {
        let annexes = document.annex_lines();
        if !annexes.is_empty() {
            self.line("Text", "", "");
        }
        for line in annexes {
            self.line("Text", "", &line);
        }
        if let Some(signed) = &document.signed {
            self.line("Text", "<w:keepNext/>", "");
            self.line("Text", "<w:keepNext/>", "");
            let (by, on) = (width(&signed.by), width(&signed.on));
            // The date is set in by four characters; who signs stands over its middle, at most at the edge.
            let right = (400 - (by - on) / 2).max(0);
            self.line("Seal", &right_indent(right), &signed.by);
            self.line("Seal", &right_indent(400), &signed.on);
        }
        if let Some(note) = &document.note {
            self.line("Text", "", &format!("（{note}）"));
        }
    }

    fn annex(&mut self, mark: &str, annex: &Annex) {
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r>{}<w:t>{}</w:t></w:r></w:p>",
            characters(Role::Black, BODY, false),
            escape(mark)
        );
        self.line("Text", "", "");
        self.line("Title", "<w:outlineLvl w:val=\"0\"/>", &annex.title);
        self.line("Text", "", "");
        self.blocks(&annex.blocks);
    }

    fn table(&mut self, table: &Table) {
        let whole = twips(AREA_MM.0);
        let widths: Vec<i32> =
            table.columns.iter().map(|column| whole * i32::from(column.width) / 1000).collect();
        let _ = write!(
            self.xml,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{whole}\" w:type=\"dxa\"/><w:tblBorders>\
             <w:top w:val=\"single\" w:sz=\"8\" w:color=\"000000\"/><w:bottom w:val=\"single\" w:sz=\"8\" w:color=\"000000\"/>\
             <w:insideH w:val=\"single\" w:sz=\"6\" w:color=\"000000\"/></w:tblBorders><w:tblLayout w:type=\"fixed\"/>\
             <w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
        );
        for width in &widths {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
        self.table_head(table, &widths);
        for row in &table.rows {
            self.row(row, &widths, table);
        }
        self.xml.push_str("</w:tbl>");
    }

    /// The rows of the head; a cell that reaches down over both goes on in the second as the format wants it.
    fn table_head(&mut self, table: &Table, widths: &[i32]) {
        let rows = table.head();
        let down: Vec<HeadCell> =
            rows.first().into_iter().flatten().filter(|cell| cell.down > 1).cloned().collect();
        for (at, row) in rows.into_iter().enumerate() {
            let mut cells: Vec<(HeadCell, &str)> = Vec::new();
            if at > 0 {
                cells.extend(
                    down.iter()
                        .map(|cell| (HeadCell { title: String::new(), ..cell.clone() }, "<w:vMerge/>")),
                );
            }
            cells.extend(row.into_iter().map(|cell| {
                let merge = if cell.down > 1 { "<w:vMerge w:val=\"restart\"/>" } else { "" };
                (cell, merge)
            }));
            cells.sort_by_key(|(cell, _)| cell.column);
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
            for (cell, merge) in cells {
                self.head_cell(table, widths, &cell, merge);
            }
            self.xml.push_str("</w:tr>");
        }
    }

    fn head_cell(&mut self, table: &Table, widths: &[i32], cell: &HeadCell, merge: &str) {
        let width: i32 = widths.iter().skip(cell.column).take(cell.across).sum();
        let span =
            if cell.across > 1 { format!("<w:gridSpan w:val=\"{}\"/>", cell.across) } else { String::new() };
        let is_number = table.columns.get(cell.column).is_some_and(|column| column.is_number);
        let more = match (cell.is_over, is_number) {
            (true, _) => "<w:jc w:val=\"center\"/>",
            (false, true) => "<w:jc w:val=\"right\"/>",
            (false, false) => "",
        };
        let _ = write!(
            self.xml,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}{merge}</w:tcPr>\
             <w:p><w:pPr><w:pStyle w:val=\"CellHead\"/>{more}</w:pPr>"
        );
        if !cell.title.is_empty() {
            self.inline(&Inline::Text(cell.title.clone()));
        }
        self.xml.push_str("</w:p></w:tc>");
    }

    fn row(&mut self, row: &Row, widths: &[i32], table: &Table) {
        self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (at, (cell, width)) in row.cells.iter().zip(widths).enumerate() {
            let _ = write!(self.xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>");
            let is_number = table.columns.get(at).is_some_and(|column| column.is_number);
            let more = if is_number { "<w:jc w:val=\"right\"/>" } else { "" };
            let mark = row.anchor.as_ref().filter(|_| at == 0);
            let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{more}</w:pPr>");
            if let Some(name) = mark {
                let (id, name) = (self.marks, escape(name.as_str()));
                let _ = write!(
                    self.xml,
                    "<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/><w:bookmarkEnd w:id=\"{id}\"/>"
                );
                self.marks += 1;
            }
            for inline in cell {
                self.inline(inline);
            }
            self.xml.push_str("</w:p></w:tc>");
        }
        self.xml.push_str("</w:tr>");
    }

    /// Page, margins and the grid of 22 lines of 28 characters.
    fn section(&mut self) {
        let (width, height) = (twips(PAGE_MM.0), twips(PAGE_MM.1));
        let (top, left) = (twips(TOP_MM), twips(LEFT_MM));
        let right = width - left - twips(AREA_MM.0);
        let bottom = height - top - twips(AREA_MM.1);
        // The footer's line is 14 points; its dashes, in the middle of it, lie 7 mm below the type area.
        let footer = bottom - twips(FOLIO_MM) - 140;
        let space = character_space();
        let _ = write!(
            self.xml,
            "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/>\
             <w:pgSz w:w=\"{width}\" w:h=\"{height}\"/><w:pgMar w:top=\"{top}\" w:right=\"{right}\" w:bottom=\"{bottom}\" w:left=\"{left}\" \
             w:header=\"851\" w:footer=\"{footer}\" w:gutter=\"0\"/><w:cols w:space=\"720\"/>\
             <w:docGrid w:type=\"linesAndChars\" w:linePitch=\"{PITCH}\" w:charSpace=\"{space}\"/></w:sectPr>"
        );
    }
}

fn right_indent(hundredths: i32) -> String {
    format!("<w:ind w:rightChars=\"{hundredths}\" w:right=\"{}\"/>", hundredths * BODY * 10 / 100)
}

/// The width of a text in hundredths of a character.
fn width(text: &str) -> i32 {
    text.chars().map(|character| if character.is_ascii() { 50 } else { 100 }).sum()
}
