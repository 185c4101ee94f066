//! Benchmarks and lists from sheets, in the form in which departments publish them: one line a step, cells of the same act
//! merged. All errors of all sheets at once, each with its cell.

mod declared;

use std::collections::BTreeMap;

use base::{Diagnostic, Place, closest};
use sheets::{Line, Sheet, address};

use crate::bounds::plain;
use crate::clause::{Fields, alternatives, is_otherwise};
use crate::model::{All, Edition, Field, FieldKind, Item, Level, List, Step, Table, Takes};
use crate::penalties::{money, penalties};
use crate::read::{File, moved, pruned, used};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Serial,
    Act,
    Code,
    Violates,
    Basis,
    Circumstances,
    Level,
    When,
    Penalty,
    Frame,
    Note,
    List,
    Unless,
    Measure,
    Treatment,
}

/// The headings that departments use.
const HEADINGS: [(&str, Column); 47] = [
    ("序号", Column::Serial),
    ("编号", Column::Serial),
    ("违法行为", Column::Act),
    ("违法行为名称", Column::Act),
    ("事项名称", Column::Act),
    ("处罚事项", Column::Act),
    ("违法事项", Column::Act),
    ("案由", Column::Act),
    ("事项编码", Column::Code),
    ("编码", Column::Code),
    ("违反条款", Column::Violates),
    ("违法条款", Column::Violates),
    ("违反依据", Column::Violates),
    ("违反的法律条款", Column::Violates),
    ("处罚依据", Column::Basis),
    ("法律依据", Column::Basis),
    ("设定依据", Column::Basis),
    ("处罚条款", Column::Basis),
    ("违法情节", Column::Circumstances),
    ("情节", Column::Circumstances),
    ("裁量情节", Column::Circumstances),
    ("裁量阶次", Column::Level),
    ("阶次", Column::Level),
    ("违法程度", Column::Level),
    ("裁量档次", Column::Level),
    ("裁量等级", Column::Level),
    ("裁量幅度等级", Column::Level),
    ("适用条件", Column::When),
    ("适用情形", Column::When),
    ("具体情形", Column::When),
    ("裁量因素", Column::When),
    ("具体标准", Column::Penalty),
    ("裁量标准", Column::Penalty),
    ("处罚标准", Column::Penalty),
    ("裁量幅度", Column::Penalty),
    ("处罚幅度", Column::Penalty),
    ("处罚裁量标准", Column::Penalty),
    ("法定幅度", Column::Frame),
    ("法定罚款幅度", Column::Frame),
    ("备注", Column::Note),
    ("清单", Column::List),
    ("清单类别", Column::List),
    ("不适用的情形", Column::Unless),
    ("排除情形", Column::Unless),
    ("配套监管措施", Column::Measure),
    ("处理", Column::Treatment),
    ("处理方式", Column::Treatment),
];

/// The sheet that declares the fields, and its headings.
pub const FIELDS: &str = "要素";

type Columns = BTreeMap<Column, usize>;

struct Reader<'a> {
    file: &'a str,
    sheet: &'a Sheet,
    edition: &'a Edition,
    declared: Option<&'a [Field]>,
    columns: Columns,
    found: Vec<Diagnostic>,
}

/// Reads the sheets of a file; `name` is the file's in messages. Tables with errors are left out.
#[must_use]
pub fn import(name: &str, sheets: &[Sheet], edition: &Edition) -> (File, Vec<Diagnostic>) {
    let mut made = File::default();
    let mut found = Vec::new();
    let declared = sheets.iter().find(|sheet| sheet.name.trim() == FIELDS).map(|sheet| {
        let (fields, wrong) = declared::declared(name, sheet);
        found.extend(wrong);
        fields
    });
    let mut read_any = false;
    for sheet in sheets.iter().filter(|sheet| sheet.name.trim() != FIELDS) {
        let Some(heading) = heading(sheet) else {
            // Sheets of remarks have no heading.
            continue;
        };
        read_any = true;
        let mut reader = Reader {
            file: name,
            sheet,
            edition,
            declared: declared.as_deref(),
            columns: Columns::new(),
            found: Vec::new(),
        };
        reader.head(heading);
        let is_readable = !reader.found.iter().any(|one| one.code == "missing_heading");
        let lines: Vec<&Line> =
            sheet.lines.iter().filter(|line| is_readable && line.number > heading.number).collect();
        if reader.columns.contains_key(&Column::Level) {
            made.tables.extend(reader.tables(&lines));
        } else {
            made.items.extend(reader.items(&lines));
        }
        found.append(&mut reader.found);
    }
    if !read_any {
        let message = "没有找到表头：表头的一行要有“违法行为”和“裁量阶次”（或者“适用条件”）";
        let help = "请核对是不是裁量权基准表；表头用合并单元格分成两行的，改成一行。";
        found.push(Diagnostic::error("no_heading", message).help(help));
    }
    for table in &made.tables {
        found.extend(crate::check::table(table));
    }
    (made, found)
}

/// Opens an XLSX file and reads its sheets.
#[must_use]
pub fn open(name: &str, bytes: &[u8], edition: &Edition) -> (File, Vec<Diagnostic>) {
    match sheets::open_all(bytes) {
        Ok(sheets) => import(name, &sheets, edition),
        Err(found) => {
            let place = Place { file: name.to_owned(), line: 1, column: 1 };
            (File::default(), vec![found.at(place)])
        }
    }
}

fn column_of(cell: &str) -> Option<Column> {
    let name = plain(cell);
    let name = name.trim_end_matches('*');
    let bare = name.split('(').next().unwrap_or(name);
    HEADINGS.iter().find(|known| known.0 == name || known.0 == bare).map(|known| known.1)
}

fn heading(sheet: &Sheet) -> Option<&Line> {
    sheet.lines.iter().find(|line| {
        let columns: Vec<Column> = line.cells.iter().filter_map(|cell| column_of(cell)).collect();
        let has = |column| columns.contains(&column);
        has(Column::Act) && (has(Column::Level) || has(Column::When))
    })
}

impl Reader<'_> {
    fn place(&self, line: usize, column: usize) -> Place {
        Place { file: format!("{}·{}", self.file, self.sheet.name), line, column: column + 1 }
    }

    fn say(&mut self, line: usize, column: Option<Column>, found: Diagnostic) {
        let at = column.and_then(|column| self.columns.get(&column).copied());
        let cell = at.map_or_else(|| format!("第{line}行"), |at| address(line, at));
        let message = format!("{cell}：{}", found.message);
        let place = self.place(line, at.unwrap_or(0));
        self.found.push(Diagnostic { message, place: Some(place), ..found });
    }

    fn head(&mut self, heading: &Line) {
        for (at, cell) in heading.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            let cell_name = address(heading.number, at);
            match column_of(cell) {
                Some(column) if self.columns.contains_key(&column) => {
                    let message = format!("{cell_name}：表头“{}”和前面的一列是同一内容", cell.trim());
                    let place = self.place(heading.number, at);
                    self.found.push(
                        Diagnostic::error("heading_twice", message).at(place).help("请删去或者合并一列。"),
                    );
                }
                Some(column) => {
                    self.columns.insert(column, at);
                }
                None => {
                    let message = format!("{cell_name}：不认识表头“{}”，这一列没有读", cell.trim());
                    let near = closest(cell.trim(), HEADINGS.iter().map(|known| known.0));
                    let help = near.map_or_else(
                        || "不需要的列可以不管；需要的请改成通用的表头，见说明。".to_owned(),
                        |near| format!("是不是“{near}”？"),
                    );
                    let place = self.place(heading.number, at);
                    self.found.push(Diagnostic::warning("unknown_heading", message).at(place).help(help));
                }
            }
        }
        let is_table = self.columns.contains_key(&Column::Level);
        let needed: &[(Column, &str)] = if is_table {
            &[(Column::Penalty, "具体标准"), (Column::Basis, "处罚依据")]
        } else {
            &[(Column::When, "适用条件"), (Column::Basis, "法律依据")]
        };
        for (column, name) in needed {
            if !self.columns.contains_key(column) {
                let message = format!("第{}行：表头缺“{name}”一列", heading.number);
                let place = self.place(heading.number, 0);
                self.found
                    .push(Diagnostic::error("missing_heading", message).at(place).help("请补上这一列。"));
            }
        }
        if is_table
            && !self.columns.contains_key(&Column::When)
            && !self.columns.contains_key(&Column::Circumstances)
        {
            let message = format!("第{}行：表头缺“适用条件”一列", heading.number);
            let place = self.place(heading.number, 0);
            self.found.push(Diagnostic::error("missing_heading", message).at(place).help("请补上这一列。"));
        }
    }

    fn cell<'l>(&self, line: &'l Line, column: Column) -> &'l str {
        self.columns.get(&column).and_then(|at| line.cells.get(*at)).map_or("", |cell| cell.trim())
    }

    fn fields(&self) -> Fields {
        match self.declared {
            Some(fields) => Fields { all: fields.to_vec(), inferred: false },
            None => Fields { all: Vec::new(), inferred: true },
        }
    }

    /// One table for the lines of each act: a line with an act begins one, as merged cells leave the others empty.
    fn tables(&mut self, lines: &[&Line]) -> Vec<Table> {
        let mut groups: Vec<Vec<&Line>> = Vec::new();
        for line in lines {
            let act = self.cell(line, Column::Act);
            let same = groups.last().and_then(|group| group.first()).is_some_and(|first| {
                let serial = self.cell(line, Column::Serial);
                act.is_empty()
                    || act == self.cell(first, Column::Act)
                        && (serial.is_empty() || serial == self.cell(first, Column::Serial))
            });
            match groups.last_mut() {
                Some(group) if same => group.push(line),
                None if act.is_empty() => {
                    self.say(
                        line.number,
                        Some(Column::Act),
                        Diagnostic::error("no_act", "没有写违法行为")
                            .help("请填写；合并的单元格，写在第一行。"),
                    );
                }
                _ => groups.push(vec![line]),
            }
        }
        groups.iter().enumerate().filter_map(|(at, group)| self.table(at + 1, group)).collect()
    }

    fn table(&mut self, number: usize, lines: &[&Line]) -> Option<Table> {
        let before = self.found.iter().filter(|one| one.is_error()).count();
        let first = *lines.first()?;
        let act = self.cell(first, Column::Act).to_owned();
        let mut fields = self.fields();
        let mut steps: Vec<Step> = Vec::new();
        let mut never = Vec::new();
        let mut notes = Vec::new();
        for line in lines {
            self.step(line, &mut fields, &mut steps);
            for note in self.cell(line, Column::Note).lines() {
                if let Some(text) = note.strip_prefix("不会发生：").or_else(|| note.strip_prefix("不会发生:"))
                {
                    let (made, wrong) = alternatives(text, &mut fields);
                    wrong.into_iter().for_each(|one| self.say(line.number, Some(Column::Note), one));
                    never.extend(made);
                } else if !note.trim().is_empty() {
                    notes.push(note.trim().to_owned());
                }
            }
        }
        let frame = self.frame(lines);
        let basis = self.cited(lines, Column::Basis);
        if basis.is_empty() && self.columns.contains_key(&Column::Basis) {
            let found = Diagnostic::error("no_basis", format!("“{act}”没有写处罚依据"));
            self.say(first.number, Some(Column::Basis), found.help("请写明法律、法规、规章的名称和条款。"));
        }
        let code = self.cell(first, Column::Code);
        let id =
            if code.is_empty() { format!("{}·{number}", self.sheet.name.trim()) } else { code.to_owned() };
        let violates = self.cited(lines, Column::Violates);
        self.inferred(first.number, &act, &fields);
        if self.found.iter().filter(|one| one.is_error()).count() > before {
            return None;
        }
        let (edition, place) = (self.edition.clone(), self.place(first.number, 0));
        let (fields, note, takes) = (fields.all, notes.join("\n"), Takes::Only);
        Some(pruned(Table {
            id,
            edition,
            act,
            violates,
            basis,
            fields,
            steps,
            frame,
            takes,
            never,
            note,
            place,
        }))
    }

    fn frame(&mut self, lines: &[&Line]) -> Option<crate::model::Range> {
        let line = lines.iter().find(|line| !self.cell(line, Column::Frame).is_empty())?;
        let text = self.cell(line, Column::Frame);
        match money(&plain(text).trim_end_matches("罚款").trim_end_matches('的').replace('处', "")) {
            Some(Ok(range)) => Some(range),
            Some(Err(wrong)) => {
                self.say(line.number, Some(Column::Frame), wrong);
                None
            }
            None => {
                let found = Diagnostic::error("bad_frame", format!("读不懂法定幅度“{text}”"));
                let help = "写作“200元以上1000元以下”或者“违法所得1倍以上5倍以下”。";
                self.say(line.number, Some(Column::Frame), found.help(help));
                None
            }
        }
    }

    fn cited(&self, lines: &[&Line], column: Column) -> Vec<String> {
        let cells = lines.iter().map(|line| self.cell(line, column)).filter(|cell| !cell.is_empty());
        let mut made: Vec<String> = Vec::new();
        for one in cells.flat_map(str::lines).map(str::trim).filter(|one| !one.is_empty()) {
            if !made.iter().any(|own| own == one) {
                made.push(one.to_owned());
            }
        }
        made
    }

    /// A line as a step, or as a further case of the step before it, where its level is empty.
    fn step(&mut self, line: &Line, fields: &mut Fields, steps: &mut Vec<Step>) {
        let circumstances = self.cell(line, Column::Circumstances);
        let is_bare = self.cell(line, Column::When).is_empty() && !circumstances.is_empty();
        let is_there = self.columns.contains_key(&Column::When);
        let column = if is_bare || !is_there { Column::Circumstances } else { Column::When };
        let text = self.cell(line, column);
        let otherwise = is_otherwise(text);
        let when: Vec<All> = if otherwise {
            Vec::new()
        } else {
            let (made, wrong) = alternatives(text, fields);
            wrong.into_iter().for_each(|one| self.say(line.number, Some(column), one));
            made
        };
        let (name, standard) = (self.cell(line, Column::Level), self.cell(line, Column::Penalty));
        if name.is_empty() {
            match steps.last_mut() {
                Some(last) if standard.is_empty() && !otherwise => last.when.extend(when),
                _ => {
                    let found = Diagnostic::error("no_level", "没有写裁量阶次");
                    self.say(
                        line.number,
                        Some(Column::Level),
                        found.help("请填写；和上一行同一阶次的，标准也留空。"),
                    );
                }
            }
            return;
        }
        let (penalties, wrong) = penalties(standard);
        wrong.into_iter().for_each(|one| self.say(line.number, Some(Column::Penalty), one));
        let Some(level) = Level::of_name(name) else {
            let found = Diagnostic::error("unknown_level", format!("读不懂裁量阶次“{name}”"));
            let help = "名称里要有：不予、减轻、从轻（较轻）、一般、从重（较重、严重）之一。";
            self.say(line.number, Some(Column::Level), found.help(help));
            return;
        };
        steps.push(Step {
            name: name.to_owned(),
            level,
            when,
            otherwise,
            penalties,
            circumstances: circumstances.to_owned(),
            place: self.place(line.number, self.columns.get(&Column::Level).copied().unwrap_or(0)),
        });
    }

    /// Tells which conditions became questions of yes or no.
    fn inferred(&mut self, line: usize, act: &str, fields: &Fields) {
        let asked = fields.all.iter().filter(|field| matches!(field.kind, FieldKind::YesNo { .. }));
        let asked: Vec<String> = asked.map(|field| format!("“{}”", field.name)).collect();
        if fields.inferred && !asked.is_empty() {
            let message = format!(
                "“{act}”的这些条件没有数也没有类别，作为由承办人回答“是”或者“否”的要素：{}",
                asked.join("、")
            );
            let help = "互相排斥的几句，请在“要素”工作表里合成一个要素，否则会算出空档和重叠。";
            let found = Diagnostic::new("inferred", base::Severity::Note, message);
            self.say(line, Some(Column::When), found.help(help));
        }
    }

    fn items(&mut self, lines: &[&Line]) -> Vec<Item> {
        lines.iter().enumerate().filter_map(|(at, line)| self.item(at + 1, line)).collect()
    }

    fn item(&mut self, number: usize, line: &Line) -> Option<Item> {
        let before = self.found.iter().filter(|one| one.is_error()).count();
        let act = self.cell(line, Column::Act).to_owned();
        let mut fields = self.fields();
        let named = format!("{}{}", self.cell(line, Column::List), self.sheet.name);
        let list = list_of(&named);
        if list.is_none() {
            let found = Diagnostic::error("unknown_list", "看不出是哪张清单");
            let help = "请加“清单”一列，或者把工作表命名为不予行政处罚、从轻行政处罚、减轻行政处罚、不予行政强制措施之一。";
            self.say(line.number, Some(Column::List), found.help(help));
        }
        if act.is_empty() {
            self.say(
                line.number,
                Some(Column::Act),
                Diagnostic::error("no_act", "没有写违法行为").help("请填写。"),
            );
        }
        let (mut when, wrong) = alternatives(self.cell(line, Column::When), &mut fields);
        wrong.into_iter().for_each(|one| self.say(line.number, Some(Column::When), one));
        let mut unless = Vec::new();
        if !self.cell(line, Column::Unless).is_empty() {
            let (made, wrong) = alternatives(self.cell(line, Column::Unless), &mut fields);
            wrong.into_iter().for_each(|one| self.say(line.number, Some(Column::Unless), one));
            unless = made;
        }
        let basis = self.cited(&[line], Column::Basis);
        if basis.is_empty() && self.columns.contains_key(&Column::Basis) {
            let found =
                Diagnostic::error("no_basis", "没有写法律依据").help("请写明法律、法规、规章的名称和条款。");
            self.say(line.number, Some(Column::Basis), found);
        }
        if self.found.iter().filter(|one| one.is_error()).count() > before {
            return None;
        }
        let (kept, places) = used(&fields.all, when.iter().chain(&unless));
        when.iter_mut().chain(&mut unless).for_each(|all| moved(all, &places));
        let code = self.cell(line, Column::Code);
        Some(Item {
            id: if code.is_empty() {
                format!("{}·{number}", self.sheet.name.trim())
            } else {
                code.to_owned()
            },
            edition: self.edition.clone(),
            lists: vec![list?],
            title: act.clone(),
            act: Some(act),
            basis,
            must: self.cell(line, Column::Treatment).starts_with("应当"),
            fields: kept,
            when,
            unless,
            measure: self.cell(line, Column::Measure).to_owned(),
            place: self.place(line.number, 0),
        })
    }
}

/// The list that a name speaks of.
fn list_of(name: &str) -> Option<List> {
    let has = |word: &str| name.contains(word);
    if has("强制") {
        Some(List::NoCompulsion)
    } else if has("减轻") {
        Some(List::Less)
    } else if has("从轻") {
        Some(List::Lighter)
    } else if has("不予") || has("免予") || has("免罚") || has("首违不罚") {
        Some(List::None)
    } else {
        None
    }
}
