//! The report as Markdown and as JSON. The same report gives the same bytes.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::{
    AnnualReport, CellSource, FormCell, FormTable, FormTableColumn, FormTableRow, Paragraph, Piece,
    ReportFigure, Section,
};

impl AnnualReport {
    /// The report as a Markdown text; every number links to its records.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.title);
        if self.is_demonstration {
            text.push_str("> 演示：以下数据和人员都是为演示而编的，不是真实的办理情况。");
            if let Some(reduced) = &self.reduced {
                let _ = write!(text, "为节省时间，{reduced}；`yifa demo --volume full`办全部。");
            }
            text.push_str("\n\n");
        }
        let _ = writeln!(text, "统计范围：{}。", self.scope);
        let _ = writeln!(
            text,
            "统计期间：{}年1月1日至12月31日；只含截至{}登记的办理记录。",
            self.year,
            self.as_of.chinese()
        );
        let _ = writeln!(text, "{}\n", self.rests_on());
        for section in &self.sections {
            self.section(&mut text, section, 2);
        }
        text.push_str("## 附：指标及其办理记录\n\n");
        text.push_str("| 指标 | 数值 | 记录数 | 计算方法 | 局限 |\n| --- | ---: | ---: | --- | --- |\n");
        for figure in &self.figures {
            let weakness = figure.weakness.as_deref().unwrap_or("");
            let cells = [&figure.name, &link(figure), &figure.records.to_string(), &figure.definition]
                .map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(text, "| {} | {} |", cells.join(" | "), weakness.replace('|', "\\|"));
        }
        self.stated_table(&mut text);
        if !self.unused.is_empty() {
            let names = self.unused.join("、");
            let _ = writeln!(text, "\n平台上没有这一年度办理记录的，不列指标，也不等于没有发生：{names}。");
        }
        text
    }

    /// The numbers that somebody answers for.
    fn stated_table(&self, text: &mut String) {
        let stated = self.stated();
        if stated.is_empty() {
            return;
        }
        text.push_str(
            "\n## 附：自报数字\n\n| 章节 | 数字 | 提供者 | 来源和理由 |\n| --- | --- | --- | --- |\n",
        );
        for (heading, one) in stated {
            let cells = [heading, &one.number, &one.who, &one.why].map(|cell| cell.replace(['|', '\n'], " "));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }

    fn section(&self, text: &mut String, section: &Section, level: usize) {
        let _ = writeln!(text, "{} {}\n", "#".repeat(level), section.heading);
        for paragraph in &section.paragraphs {
            let words = match paragraph {
                Paragraph::Counted(pieces) | Paragraph::Written(pieces) => self.pieces(pieces, link),
                Paragraph::ToBeStated(words) => format!("［自报，待撰写］{words}"),
            };
            let _ = writeln!(text, "{words}\n");
        }
        section.tables.iter().for_each(|table| self.table(text, table));
        for part in &section.parts {
            self.section(text, part, level + 1);
        }
    }

    /// A fixed table, and the cells that several figures make.
    fn table(&self, text: &mut String, table: &FormTable) {
        let unit =
            if table.unit.is_empty() { String::new() } else { format!("（单位：{}）", table.unit) };
        let escaped = |cell: &str| cell.replace('|', "\\|");
        let _ = write!(text, "**{}**{unit}\n\n| 项目 |", table.name);
        (0..table.columns.len()).for_each(|at| {
            let _ = write!(text, " {} |", escaped(&table.column_name(at)));
        });
        let _ = writeln!(text, "\n| --- |{}", " ---: |".repeat(table.columns.len()));
        for row in &table.rows {
            let _ = write!(text, "| {} |", escaped(&row.name));
            let cells = row.cells.iter().map(|cell| self.linked(&cell.piece()));
            cells.for_each(|cell| {
                let _ = write!(text, " {cell} |");
            });
            if row.cells.is_empty() {
                text.push_str(&" |".repeat(table.columns.len()));
            }
            text.push('\n');
        }
        text.push('\n');
        for note in table.notes() {
            let _ = writeln!(text, "{}\n", note.iter().map(|piece| self.linked(piece)).collect::<String>());
        }
    }

    /// A piece with the way to its records.
    fn linked(&self, piece: &Piece) -> String {
        match piece {
            Piece::Value(id, shown) => {
                let figure = self.figure(id);
                figure.map_or_else(|| shown.clone(), |figure| format!("[{shown}]({})", figure.link))
            }
            Piece::Linked(shown, link) => format!("[{shown}]({link})"),
            other => self.piece_shown(other),
        }
    }

    fn pieces(&self, pieces: &[Piece], show: impl Fn(&ReportFigure) -> String) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Figure(id) => self.figure(id).map_or_else(String::new, &show),
            other => self.piece_shown(other),
        };
        pieces.iter().map(one).collect()
    }

    /// The report as JSON: `sections[]` and `figures[]`; a value without anything to divide by is `null`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        json!({
            "kind": self.kind,
            "title": self.title,
            "organ": { "id": self.organ.0, "name": self.organ.1 },
            "year": self.year,
            "as_of": self.as_of.to_string(),
            "scope": self.scope,
            "basis": self.basis,
            "plan": self.plan,
            "demonstration": self.is_demonstration,
            "reduced": self.reduced,
            "sections": self.sections.iter().map(|section| self.section_json(section)).collect::<Vec<_>>(),
            "figures": self.figures.iter().map(figure_json).collect::<Vec<_>>(),
            "unused": self.unused,
        })
    }

    fn section_json(&self, section: &Section) -> Json {
        let said = |pieces: &[Piece], source: &str| {
            let ids = pieces.iter().filter_map(|piece| match piece {
                Piece::Figure(id) => Some(id.as_str()),
                _ => None,
            });
            json!({
                "text": self.pieces(pieces, ReportFigure::shown),
                "source": source,
                "figures": ids.collect::<Vec<_>>(),
            })
        };
        let paragraph = |one: &Paragraph| match one {
            Paragraph::Counted(pieces) => said(pieces, "counted"),
            Paragraph::Written(pieces) => {
                let mut value = said(pieces, "written");
                let stated = pieces.iter().filter_map(|piece| match piece {
                    Piece::Stated(one) => {
                        Some(json!({ "number": one.number, "who": one.who, "why": one.why }))
                    }
                    _ => None,
                });
                if let Some(object) = value.as_object_mut() {
                    object.insert("stated".to_owned(), stated.collect());
                }
                value
            }
            Paragraph::ToBeStated(words) => {
                json!({ "text": words, "source": "to_be_stated", "stated_by": null, "figures": [] })
            }
        };
        json!({
            "id": section.id,
            "heading": section.heading,
            "paragraphs": section.paragraphs.iter().map(paragraph).collect::<Vec<_>>(),
            "tables": section.tables.iter().map(table_json).collect::<Vec<_>>(),
            "sections": section.parts.iter().map(|part| self.section_json(part)).collect::<Vec<_>>(),
        })
    }
}

fn table_json(table: &FormTable) -> Json {
    let cell = |cell: &FormCell| {
        let (source, figures) = match &cell.of {
            CellSource::Counted(figures) => {
                ("counted", figures.iter().map(|one| one.id.as_str()).collect::<Vec<_>>())
            }
            CellSource::Stated(..) => ("stated", Vec::new()),
            CellSource::Carried { .. } => ("carried", Vec::new()),
            CellSource::Sum => ("sum", Vec::new()),
            CellSource::Missing => ("to_be_stated", Vec::new()),
        };
        let stated = match &cell.of {
            CellSource::Stated(one, _) => json!({ "who": one.who, "why": one.why }),
            _ => Json::Null,
        };
        let carried = match &cell.of {
            CellSource::Carried { title, link, .. } => json!({ "report": title, "link": link }),
            _ => Json::Null,
        };
        json!({ "value": cell.value, "source": source, "figures": figures, "stated": stated, "carried": carried })
    };
    let row = |row: &FormTableRow| {
        json!({
            "id": row.id,
            "name": row.name,
            "unit": row.unit,
            "cells": row.cells.iter().map(cell).collect::<Vec<_>>(),
        })
    };
    let column =
        |column: &FormTableColumn| json!({ "id": column.id, "name": column.name, "under": column.under });
    json!({
        "id": table.id,
        "name": table.name,
        "unit": table.unit,
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
        "faults": table.faults,
    })
}

fn link(figure: &ReportFigure) -> String {
    format!("[{}]({})", figure.shown(), figure.link)
}

fn figure_json(figure: &ReportFigure) -> Json {
    json!({
        "id": figure.id,
        "name": figure.name,
        "value": figure.value,
        "unit": figure.unit,
        "definition": figure.definition,
        "basis": figure.basis,
        "weakness": figure.weakness,
        "records": figure.records,
        "link": figure.link,
        "procedure": figure.procedure,
        "system": figure.system,
    })
}
