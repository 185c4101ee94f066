//! Measure words, and which of them count the same kind of thing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::chars::Chars;

/// Measure words, the longer before the shorter where one begins another.
const UNITS: &[&str] = &[
    "个百分点",
    "平方公里",
    "平方千米",
    "立方米",
    "平方米",
    "个工作日",
    "工作日",
    "件(次)",
    "场(次)",
    "人(次)",
    "家(次)",
    "个(次)",
    "件(起)",
    "件(宗)",
    "人次",
    "场次",
    "件次",
    "家次",
    "户次",
    "车次",
    "册次",
    "批次",
    "次数",
    "人份",
    "架次",
    "台件",
    "台次",
    "车辆次",
    "个次",
    "个月",
    "小时",
    "分钟",
    "学时",
    "课时",
    "公里",
    "千米",
    "公顷",
    "公斤",
    "千克",
    "方面",
    "万元",
    "亿元",
    "美元",
    "欧元",
    "个",
    "件",
    "起",
    "宗",
    "例",
    "人",
    "名",
    "位",
    "家",
    "户",
    "场",
    "次",
    "份",
    "条",
    "项",
    "部",
    "篇",
    "期",
    "批",
    "卷",
    "辆",
    "台",
    "套",
    "亩",
    "㎡",
    "元",
    "天",
    "日",
    "周",
    "年",
    "级",
    "类",
    "种",
    "倍",
    "处",
    "座",
    "幢",
    "栋",
    "趟",
    "架",
    "具",
    "羽",
    "床",
    "所",
    "支",
    "幅",
    "块",
    "吨",
    "张",
    "本",
    "册",
    "组",
    "轮",
    "步",
    "届",
    "站",
    "点",
    "楼",
    "版",
    "号",
    "间",
    "艘",
    "头",
    "只",
    "株",
    "颗",
    "班",
    "节",
    "课",
    "米",
    "秒",
    "岁",
    "村",
    "镇",
    "队",
    "面",
    "片",
    "枚",
    "笔",
    "单",
    "档",
    "字",
    "门",
    "堂",
    "环节",
    "领域",
    "大类",
    "大",
    "成",
    "则",
    "道",
    "把",
    "盏",
    "箱",
    "盒",
    "瓶",
    "封",
    "通",
    "码",
    "度",
    "街",
    "乡",
    "市",
    "县",
    "省",
    "区",
];

/// Measure words that people are counted with.
const PEOPLE: &[&str] = &["人", "名", "位"];
/// Measure words that cases are counted with.
const CASES: &[&str] = &["件", "起", "宗", "例", "件(起)", "件(宗)"];

/// The measure word at a place: its length and the word.
#[must_use]
pub fn unit_at(chars: &Chars, at: usize) -> Option<(usize, &'static str)> {
    let first = chars.at(at);
    if first.is_ascii() {
        return None;
    }
    let begun = by_first().get(&first)?;
    begun
        .iter()
        .find(|(_, unit)| chars.starts(at, unit))
        .copied()
        .filter(|(_, unit)| !begins_word(chars, at, unit))
}

/// The measure words by their first character, the longest first.
fn by_first() -> &'static BTreeMap<char, Vec<(usize, &'static str)>> {
    static TABLE: OnceLock<BTreeMap<char, Vec<(usize, &'static str)>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: BTreeMap<char, Vec<(usize, &'static str)>> = BTreeMap::new();
        for unit in UNITS {
            if let Some(first) = unit.chars().next() {
                table.entry(first).or_default().push((unit.chars().count(), unit));
            }
        }
        for units in table.values_mut() {
            units.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        }
        table
    })
}

/// Words that begin with a measure word but are none.
const NOT_UNITS: &[&str] = &[
    "个别", "条例", "项目", "部门", "人民", "人员", "人大", "人均", "家庭", "期间", "例行", "位于", "名单",
    "部署", "级别", "类型", "大厅", "大队", "大会", "大型", "街道", "乡镇", "市场", "市级", "市直", "县级",
    "县直", "省级", "区级", "村级", "镇街", "成立", "成功", "成效", "成为", "成员", "成果", "成本", "成熟",
    "通过", "通办", "通报", "点位", "单位", "单项", "号召", "度假", "年度", "门类", "片区", "站点", "队伍",
    "面向", "大力", "大项", "大队", "大件", "则为",
];

fn begins_word(chars: &Chars, at: usize, unit: &str) -> bool {
    match unit {
        "年" => false,
        "大" => {
            !chars.starts(at, "大类") && NOT_UNITS.iter().any(|w| w.starts_with('大') && chars.starts(at, w))
        }
        _ => {
            unit.chars().count() == 1 && NOT_UNITS.iter().any(|w| w.starts_with(unit) && chars.starts(at, w))
        }
    }
}

/// The family that a measure word belongs to: numbers of one family may be compared and added.
#[must_use]
pub fn family(unit: &'static str) -> &'static str {
    if PEOPLE.contains(&unit) {
        "人"
    } else if CASES.contains(&unit) {
        "件"
    } else {
        match unit {
            "场次" | "场(次)" => "场",
            "人(次)" => "人次",
            "件(次)" => "件次",
            "平方米" | "㎡" => "平方米",
            "万元" | "亿元" => "元",
            other => other,
        }
    }
}

/// Whether a measure word only sorts (three aspects, four kinds) and so follows a list that must have as many.
#[must_use]
pub fn sorts(unit: &str) -> bool {
    matches!(unit, "方面" | "类" | "大类" | "级" | "环节" | "领域" | "种" | "大")
}

/// Whether people may be counted with it in an official text: 个 is not fit for them.
#[must_use]
pub fn is_time(unit: &str) -> bool {
    matches!(
        unit,
        "年" | "个月"
            | "天"
            | "日"
            | "周"
            | "小时"
            | "分钟"
            | "秒"
            | "岁"
            | "个工作日"
            | "工作日"
            | "学时"
            | "课时"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(source: &str) -> Option<&'static str> {
        unit_at(&Chars::new(source), 0).map(|(_, unit)| unit)
    }

    #[test]
    fn the_longest_unit_wins_and_words_are_no_units() {
        assert_eq!(unit("个百分点"), Some("个百分点"));
        assert_eq!(unit("件（次）服务"), Some("件(次)"));
        assert_eq!(unit("人次参训"), Some("人次"));
        assert_eq!(unit("部门"), None);
        assert_eq!(unit("项目"), None);
        assert_eq!(unit("个项目"), Some("个"));
        assert_eq!(family("宗"), family("件"));
    }
}
