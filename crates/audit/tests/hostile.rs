//! Hostile input stays linear: twice the text takes about twice the time, and nothing panics.

use crate::common;
use std::time::{Duration, Instant};

use audit::{Beside, Options, Text, audit};

fn spent(piece: &str, times: usize) -> Duration {
    let rules = common::rules();
    let source = piece.repeat(times);
    let started = Instant::now();
    let report = audit(&Text::new(source), &rules, &Options::default(), &Beside::default());
    let spent = started.elapsed();
    assert!(report.figures.len() <= piece.chars().count() * times);
    spent
}

/// Small enough for a slow machine; a quadratic scan would take minutes at these sizes.
#[test]
fn time_grows_with_the_text() {
    let pieces = [
        "推进法治建设",
        "受理5件,办结3件,办结率60%,其中",
        "1 ",
        "(",
        "“",
        "《重大行政决策暂行条例甲》",
        "甲、乙、丙等3个部门、",
        "其中5件",
        "5件:",
        "一是二是",
        "法",
        ",同时,推行审批服务",
        "1-",
        "一、\n",
        "合计\t2\t3\n甲\t1\t1\n",
        "获批创建国家级陶瓷产业知识产权快速维权中心,",
        "严格把关规范性文件,对规范性文件进行严格把关,",
        "〔2024〕第5号",
        "占5%、",
        "由5件增加到6件,增长20%,",
    ];
    for piece in pieces {
        let times = 16_000 / piece.len();
        let small = spent(piece, times).max(Duration::from_millis(20));
        let large = spent(piece, times * 4);
        assert!(large < small * 16, "“{piece}”: {small:?}, then {large:?} for four times the text");
    }
}

#[test]
fn odd_texts_do_not_panic() {
    let odd = [
        "",
        "\n\n\n",
        "1",
        "第",
        "一",
        "百分之",
        "百分之一",
        "占",
        "率100%",
        "其中",
        "、、、",
        "()",
        "《》",
        "“”",
        "0%",
        "0÷0，占0%",
        "受理0件，办结0件，办结率0%",
        "99999999999999999999999件",
        "1.2.3.4",
        "2024年13月45日",
        "0年0月0日",
        "①②③",
        "增长0%",
        "由0件增加到5件，增长100%",
        "\u{feff}\u{200b}",
        "𠀀𠀁件5",
        "5\u{0301}件",
        "|a|b|\n|-|-|\n|合计|9|",
        "合计\t\n\t合计\n",
        "万亿亿万",
        "一百百百",
        "十十十十件",
        "1万万万亿件，占1%",
        "：：：",
        "?????",
        "平均每",
        "平均每0件0件",
    ];
    let rules = common::rules();
    for source in odd {
        let report = audit(&Text::new(source), &rules, &Options::default(), &Beside::default());
        assert!(report.findings.iter().all(|f| f.start < f.end));
    }
}
