//! The sheet that declares the fields of a workbook.

use base::{Diagnostic, Place};
use sheets::{Line, Sheet};

use crate::bounds::{bounds, plain};
use crate::facts::Fact;
use crate::model::Field;
use crate::unit::Unit;

/// The fields of the sheet 要素: 要素, 类型 (数量, 是否, 类别), 单位, 小数位, 最小, 最大, 选项.
pub fn declared(file: &str, sheet: &Sheet) -> (Vec<Field>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut made: Vec<Field> = Vec::new();
    let is_heading = |line: &&Line| line.cells.iter().any(|cell| cell.trim() == "类型");
    let Some(heading) = sheet.lines.iter().find(is_heading) else {
        let message = "“要素”工作表没有表头：要有“要素”“类型”两列";
        return (
            made,
            vec![
                Diagnostic::error("no_heading", message)
                    .help("表头：要素、类型、单位、小数位、最小、最大、选项。"),
            ],
        );
    };
    let at = |name: &str| heading.cells.iter().position(|cell| cell.trim() == name);
    for line in sheet.lines.iter().filter(|line| line.number > heading.number) {
        let cell = |name: &str| at(name).and_then(|at| line.cells.get(at)).map_or("", |cell| cell.trim());
        let place = Place { file: format!("{file}·{}", sheet.name), line: line.number, column: 1 };
        match declared_field(cell) {
            Ok(field) if made.iter().any(|own| own.name == field.name) => {
                let message = format!("第{}行：要素“{}”写了两次", line.number, field.name);
                found.push(Diagnostic::error("field_twice", message).at(place).help("请删去一行。"));
            }
            Ok(field) => made.push(field),
            Err(wrong) => {
                let message = format!("第{}行：{}", line.number, wrong.message);
                found.push(Diagnostic { message, place: Some(place), ..wrong });
            }
        }
    }
    (made, found)
}

fn declared_field<'l>(cell: impl Fn(&str) -> &'l str) -> Result<Field, Diagnostic> {
    let name = cell("要素");
    if name.is_empty() {
        return Err(Diagnostic::error("no_field", "没有写要素的名称").help("请填写。"));
    }
    match cell("类型") {
        "数量" => declared_amount(name, cell),
        "是否" => {
            let options = cell("选项");
            let (yes, no) = options.split_once(['、', '/', '；']).unwrap_or((name, ""));
            let no = if no.is_empty() { format!("不是“{yes}”") } else { no.trim().to_owned() };
            Ok(Field::yes_no(name, yes.trim(), &no))
        }
        "类别" => {
            let options: Vec<String> =
                cell("选项").split(['、', '；']).map(|one| one.trim().to_owned()).collect();
            if options.len() < 2 || options.iter().any(String::is_empty) {
                let message = format!("要素“{name}”是类别，选项至少要有两个，用“、”隔开");
                return Err(Diagnostic::error("no_options", message).help("例如：学校、医院、其他。"));
            }
            Ok(Field::kinds(name, options))
        }
        other => {
            let message = format!("要素“{name}”没有“{other}”这一类型");
            Err(Diagnostic::error("unknown_type", message).help("可用：数量、是否、类别。"))
        }
    }
}

fn declared_amount<'l>(name: &str, cell: impl Fn(&str) -> &'l str) -> Result<Field, Diagnostic> {
    let unit = cell("单位");
    if unit.is_empty() {
        let message = format!("要素“{name}”是数量，没有写单位");
        return Err(Diagnostic::error("no_unit", message).help("单位没有默认的，请填写，如元、次、立方米。"));
    }
    let unit = Unit::of(&plain(unit));
    let decimals = match cell("小数位") {
        "" => Ok(unit.usual_decimals()),
        text => text.parse::<u32>().ok().filter(|own| *own <= 9).ok_or_else(|| {
            let message = format!("要素“{name}”的小数位写的是“{text}”，应当是0至9");
            Diagnostic::error("bad_decimals", message).help("请改成测量的精度。")
        }),
    }?;
    let mut made = Field::amount(name, unit.clone(), decimals);
    for (heading, is_low) in [("最小", true), ("最大", false)] {
        let text = cell(heading);
        if text.is_empty() {
            continue;
        }
        let whole = plain(text);
        let with_unit = if whole.ends_with(|c: char| c.is_ascii_digit()) {
            format!("{whole}{}", unit.name)
        } else {
            whole
        };
        let one = bounds(&with_unit, &[&unit.name]).and_then(|made| made.low.filter(|low| !low.open));
        let Some(edge) = one else {
            let message = format!("要素“{name}”的{heading}写的是“{text}”，应当是一个数");
            return Err(Diagnostic::error("bad_bound", message).help("写作数，或者数和单位。"));
        };
        let value = made.take(&Fact::Amount(edge.amount))?;
        if is_low {
            made.domain.low = value;
        } else {
            made.domain.high = value;
        }
    }
    Ok(made)
}
