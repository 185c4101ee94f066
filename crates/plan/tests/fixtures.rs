//! Plans of other counties, in our own words: other levels, other numbering, slips.

use plan::{Imported, import};

fn counts(made: &Imported) -> (usize, usize, usize, usize) {
    (made.systems.len(), made.heads.len(), made.measures.len(), made.organisation.len())
}

fn codes(made: &Imported) -> Vec<&str> {
    made.notes.iter().filter(|n| n.severity != base::Severity::Note).map(|n| n.code).collect()
}

fn numbers(made: &Imported) -> Vec<u32> {
    made.measures.iter().map(|m| m.number).collect()
}

const PLAIN: &str = "\
甲县法治政府建设实施方案
一、总体要求
依法办事。
二、主要任务
（一）理顺职能
目标：权责清楚。
1.机构
（1）理清部门职责。每年核对一次清单。
（2）公布权责清单。
2.审批
（3）减少审批环节。
（二）规范执法
目标：执法规范。
3.程序
（4）记录执法全过程。
（5）审核重大决定。
（6）公开执法结果。
三、保障措施
（一）加强领导。主要负责人每半年听一次汇报。
（二）加强考核。考核结果向社会公开。
各乡镇各部门要按照本方案抓好落实。
甲县人民政府办公室
2022年3月1日
";

#[test]
fn a_plain_plan() {
    let made = import(PLAIN);
    assert_eq!(counts(&made), (2, 3, 6, 2));
    assert_eq!(made.title.as_deref(), Some("甲县法治政府建设实施方案"));
    assert_eq!(numbers(&made), [1, 2, 3, 4, 5, 6]);
    let places: Vec<(Option<u32>, Option<u32>)> = made.measures.iter().map(|m| (m.system, m.head)).collect();
    let expected = [(1, 1), (1, 1), (1, 2), (2, 3), (2, 3), (2, 3)];
    assert_eq!(places, expected.map(|(system, head)| (Some(system), Some(head))));
    assert_eq!(made.systems[1].goal, "执法规范。");
    assert_eq!(made.measures[0].title, "理清部门职责");
    assert_eq!(made.measures[0].text, "理清部门职责。每年核对一次清单。");
    assert_eq!(made.organisation[1].text, "加强考核。考核结果向社会公开。");
    assert!(codes(&made).is_empty(), "{:?}", made.notes);
    let unread: Vec<(usize, usize)> =
        made.notes.iter().filter(|n| n.code == "not_read").map(|n| (n.first_line, n.last_line)).collect();
    assert_eq!(unread, [(2, 3), (21, 23)]);
    assert!(made.notes[0].message.contains("2个体系、3目、6条措施，组织保障2条"));
}

#[test]
fn measures_that_begin_anew_under_each_heading() {
    let text = PLAIN
        .replace("（3）", "（1）")
        .replace("（4）", "（1）")
        .replace("（5）", "（2）")
        .replace("（6）", "（3）");
    let made = import(&text.replace("3.程序", "1.程序"));
    assert_eq!(counts(&made), (2, 3, 6, 2));
    assert_eq!(numbers(&made), [1, 2, 3, 4, 5, 6]);
    let written: Vec<Option<u32>> = made.measures.iter().map(|m| m.written).collect();
    assert_eq!(written, [1, 2, 1, 1, 2, 3].map(Some));
    assert_eq!(
        made.heads.iter().map(|h| (h.number, h.written)).collect::<Vec<_>>(),
        [(1, Some(1)), (2, Some(2)), (3, Some(1))]
    );
    assert!(codes(&made).is_empty(), "{:?}", made.notes);
}

#[test]
fn sections_that_are_the_systems_themselves() {
    let made = import(
        "乙区法治政府建设实施纲要\n\
         一、深入学习，努力开创新局面\n（一）指导思想。依法行政。\n（二）主要原则。实事求是。\n（三）总体目标。到期完成。\n\
         二、健全职能\n推动职能转变。\n（四）理清职责。按清单办事。\n（五）深化改革。减少环节。\n\
         三、健全制度\n（六）做好立法。每年定计划。\n（七）管好文件。文件要审核。\n（八）做好清理。两年清一次。\n\
         四、加强党的领导，完善推进机制\n（九）加强领导。听取汇报。\n（十）做好宣传。推广经验。\n",
    );
    assert_eq!(counts(&made), (2, 0, 5, 2));
    assert_eq!(numbers(&made), [4, 5, 6, 7, 8]);
    assert_eq!(
        made.systems.iter().map(|s| (s.number, s.written)).collect::<Vec<_>>(),
        [(1, Some(2)), (2, Some(3))]
    );
    assert_eq!(made.measures.iter().map(|m| m.system).collect::<Vec<_>>(), [1, 1, 2, 2, 2].map(Some));
    assert!(made.measures.iter().all(|m| m.head.is_none()));
    assert_eq!(made.systems[0].goal, "推动职能转变。");
    assert!(codes(&made).is_empty(), "{:?}", made.notes);
}

#[test]
fn titles_of_measures_on_lines_of_their_own() {
    let made = import(
        "丙旗法治政府建设方案\n一、完善职能体系\n（一）理顺部门职责\n每年核对一次权责清单，变化的及时公布。\n\
         （二）减少审批环节\n能合并的事项一律合并。\n责任单位：政务服务局\n二、完善制度体系\n（一）管好文件\n文件都要审核。\n\
         三、强化组织保障\n（一）加强领导\n定期听取汇报。\n",
    );
    assert_eq!(counts(&made), (2, 0, 3, 1));
    assert_eq!(numbers(&made), [1, 2, 3]);
    let titles: Vec<&str> = made.measures.iter().map(|m| m.title.as_str()).collect();
    assert_eq!(titles, ["理顺部门职责", "减少审批环节", "管好文件"]);
    assert_eq!(made.measures[1].text, "减少审批环节\n能合并的事项一律合并。\n责任单位：政务服务局");
    assert!(codes(&made).is_empty(), "{:?}", made.notes);
}

#[test]
fn tasks_under_a_title_of_another_wording() {
    let made = import(&PLAIN.replace("主要任务", "主要创建任务").replace("保障措施", "工作要求"));
    assert_eq!(counts(&made), (2, 3, 6, 2));
}

#[test]
fn two_levels_with_items_inside_a_measure() {
    let made = import(
        "一、工作目标\n做好。\n二、重点任务\n\
         （一）规范决策\n1.公布目录。每年三月公布重大决策目录，内容包括事项、承办单位、完成时间和公众参与方式，并按程序调整，接受各方监督，调整情况也要公开：\n（1）规划类；\n（2）项目类。\n2.评估风险。重大事项先评估。\n3.归档。材料按年归档。\n\
         （二）规范监督\n4.督查。严控次数。\n5.公开。主动公开。\n\
         三、组织实施\n1.加强领导。定期研究。\n2.加强宣传。讲好故事。\n3.加强督促。按月通报。\n",
    );
    assert_eq!(counts(&made), (2, 0, 5, 3));
    assert_eq!(numbers(&made), [1, 2, 3, 4, 5]);
    assert!(made.measures[0].text.ends_with("(2)项目类。"), "{}", made.measures[0].text);
}

#[test]
fn slips_of_numbering_are_noted_and_not_fatal() {
    let wrong = import(&PLAIN.replace("（4）记录", "（14）记录"));
    assert_eq!((counts(&wrong), numbers(&wrong)), ((2, 3, 6, 2), vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(codes(&wrong), ["number_wrong"]);
    let note = wrong.notes.iter().find(|n| n.code == "number_wrong").unwrap();
    assert_eq!((note.first_line, note.message.as_str()), (15, "第15行措施的序号写作14，按前后顺序应为4"));

    let repeated = import(&PLAIN.replace("（3）减少", "（2）减少"));
    assert_eq!(numbers(&repeated), [1, 2, 3, 4, 5, 6]);
    assert_eq!(codes(&repeated), ["number_wrong"]);

    let twice = import(&PLAIN.replace("（6）公开", "（5）公开"));
    assert_eq!(numbers(&twice), [1, 2, 3, 4, 5, 6]);

    let skipped = import(&PLAIN.replace("（5）审核重大决定。\n", ""));
    assert_eq!(numbers(&skipped), [1, 2, 3, 4, 6]);
    assert_eq!(codes(&skipped), ["number_skipped"]);
    assert!(skipped.notes.iter().any(|n| n.message.contains("缺少措施5")));

    let section = import(&PLAIN.replace("（二）规范执法", "（三）规范执法"));
    assert_eq!(counts(&section), (2, 3, 6, 2));
    assert_eq!(codes(&section), ["number_skipped"]);
}

#[test]
fn brackets_lost_or_added() {
    let measure = import(&PLAIN.replace("（5）审核", "5.审核"));
    assert_eq!((counts(&measure), numbers(&measure)), ((2, 3, 6, 2), vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(codes(&measure), ["brackets_mended"]);
    let system = import(&PLAIN.replace("（二）规范执法", "二、规范执法"));
    assert_eq!(counts(&system), (2, 3, 6, 2));
    assert_eq!(codes(&system), ["brackets_mended"]);
}

#[test]
fn a_system_with_the_number_of_a_section() {
    let text = PLAIN.replace(
        "三、保障措施",
        "三、规范决策\n目标：决策规范。\n4.程序\n（7）听取意见。\n（8）集体讨论。\n（四）规范监督\n5.督查\n（9）控制次数。\n三、保障措施",
    );
    let made = import(&text);
    assert_eq!(counts(&made), (4, 5, 9, 2), "{made:#?}");
    assert_eq!(made.systems.iter().map(|s| s.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(codes(&made).contains(&"level_mended"));
}

#[test]
fn headings_over_several_lines_and_stray_lines() {
    let text = PLAIN
        .replace("（一）理顺职能", "（一）\n理顺职能，\n提高服务水平")
        .replace("3.程序", "3.严格执法\n- 2 -\n程序")
        .replace("（5）审核", "第 3 页 共 9 页\n（5）审核")
        .replace("甲县法治", "索 引 号：A-1\n浏览次数：33\n甲县法治")
        + "\n扫一扫在手机打开\n打印\n关闭窗口\n";
    let made = import(&text);
    assert_eq!(counts(&made), (2, 3, 6, 2));
    assert_eq!(made.systems[0].title, "理顺职能，提高服务水平");
    assert_eq!(made.heads[2].title, "严格执法程序");
    assert!(codes(&made).is_empty(), "{:?}", made.notes);
    assert!(made.notes.iter().any(|n| n.message.ends_with("是页码，未读入")));
}

#[test]
fn a_table_of_contents_is_not_read_twice() {
    let contents = "目录\n一、总体要求……1\n二、主要任务……2\n三、保障措施……9\n";
    let made = import(&format!("{contents}{PLAIN}"));
    assert_eq!(counts(&made), (2, 3, 6, 2));
    assert!(codes(&made).is_empty(), "{:?}", made.notes);
}

#[test]
fn a_heading_without_measures_counts_as_one() {
    let made = import(&PLAIN.replace("（3）减少审批环节。\n", "减少审批环节，方便办事。\n"));
    assert_eq!(counts(&made), (2, 3, 6, 2));
    assert_eq!(numbers(&made), [1, 2, 3, 4, 5, 6]);
    assert_eq!(made.measures[2].written, None);
    assert_eq!(codes(&made), ["no_measures", "number_missing"]);
}

#[test]
fn a_measure_without_a_heading_keeps_its_system() {
    let made = import(&PLAIN.replace("3.程序\n", ""));
    assert_eq!(counts(&made), (2, 2, 6, 2));
    assert_eq!(made.measures[3].head, None);
    assert_eq!(made.measures[3].system, Some(2));
    assert!(codes(&made).contains(&"no_head"));
}

#[test]
fn a_text_without_numbers_says_so() {
    for text in ["", "今天开会。", "\u{feff}\n\n"] {
        let made = import(text);
        assert_eq!(counts(&made), (0, 0, 0, 0));
        assert_eq!(codes(&made), ["nothing_read"]);
    }
}
