//! Citations in sentences as reports write them.

use law::{Article, TitleFrom, citations};
use proptest::prelude::*;

/// `title|article` of each citation.
fn read(text: &str) -> Vec<String> {
    let one = |found: &law::Citation| {
        let article = found.article.map_or("-".to_owned(), Article::id);
        format!("{}|{article}{}", found.title, if found.ends_range { "]" } else { "" })
    };
    citations(text).iter().map(one).collect()
}

#[test]
fn titles_articles_paragraphs_and_items() {
    let text = "依据《行政复议法》第三十条第一款第（二）项和《中华人民共和国行政处罚法》第85条、《公证法》";
    assert_eq!(read(text), ["行政复议法|30.1.2", "中华人民共和国行政处罚法|85", "公证法|-"]);
    let spans: Vec<_> = citations(text).into_iter().map(|found| text[found.bytes].to_owned()).collect();
    let expected =
        ["《行政复议法》第三十条第一款第（二）项", "《中华人民共和国行政处罚法》第85条", "《公证法》"];
    assert_eq!(spans, expected);
}

#[test]
fn spans_in_characters_and_bytes_are_the_same_piece() {
    let text = "按《立法法》第十条、第十一条执行";
    for found in citations(text) {
        let by_chars: String = text.chars().skip(found.chars.start).take(found.chars.len()).collect();
        assert_eq!(by_chars, text[found.bytes.clone()]);
    }
    let second = &citations(text)[1];
    assert_eq!(&text[second.bytes.clone()], "第十一条");
}

#[test]
fn lists_of_articles_paragraphs_and_items() {
    assert_eq!(read("《行政复议法》第三十条、第三十一条"), ["行政复议法|30", "行政复议法|31"]);
    assert_eq!(read("《某法》第三十条第一款和第二款"), ["某法|30.1", "某法|30.2"]);
    assert_eq!(read("《某法》第三十条第一、二款"), ["某法|30.1", "某法|30.2"]);
    assert_eq!(read("《某法》第三十、三十一条"), ["某法|30", "某法|31"]);
    assert_eq!(read("《某法》第三条第（一）、（三）项"), ["某法|3..1", "某法|3..3"]);
    assert_eq!(read("《某法》第三条第一款第（一）（三）项"), ["某法|3.1.1", "某法|3.1.3"]);
    assert_eq!(read("《某法》第三条第（一）项、第（四）项，第五条"), ["某法|3..1", "某法|3..4", "某法|5"]);
    assert_eq!(read("《某法》第三条第一款第（一）项及第二款第（三）项"), ["某法|3.1.1", "某法|3.2.3"]);
    assert_eq!(read("《某法》第三条至第六条"), ["某法|3", "某法|6]"]);
    assert_eq!(read("《某法》第三十至三十五条"), ["某法|30", "某法|35]"]);
}

#[test]
fn brackets_numbers_and_digits_of_either_width() {
    let regulation = "《优化营商环境条例》（国令第722号）第二十条";
    assert_eq!(read(regulation), ["优化营商环境条例|20"]);
    assert_eq!(citations(regulation)[0].number.as_deref(), Some("国令第722号"));
    assert_eq!(read("〈某法〉第 30 条第(2)项"), ["某法|30..2"]);
    assert_eq!(read("《某法》第３０条第㈡项"), ["某法|30..2"]);
    assert_eq!(read("《某法》第三十条之一第二款"), ["某法|30之一.2"]);
    assert_eq!(read("《某法》的第三十\n条"), ["某法|30"]);
    assert_eq!(read("《某法》（2023年修订）第三条"), ["某法|3"]);
    assert_eq!(read("《某\n法》第三条"), ["某法|3"]);
}

#[test]
fn nested_titles_are_one_title() {
    let text = "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》第四十八条";
    assert_eq!(read(text), ["最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释|48"]);
    assert_eq!(read("《关于印发《某办法》的通知》"), ["关于印发《某办法》的通知|-"]);
}

#[test]
fn words_that_point_back_take_the_last_title() {
    let found = citations("《政府信息公开条例》第二十条，该条例第三十三条第二款");
    assert_eq!(found[1].title, "政府信息公开条例");
    assert_eq!((found[1].title_from, found[1].article), (TitleFrom::Back, Article::parse("33.2").ok()));
    // The last 条例, not the law named since.
    let mixed = citations("《信访工作条例》与《立法法》一致，按该条例第五条、本法第六条办理");
    let titles: Vec<_> = mixed.iter().map(|found| found.title.as_str()).collect();
    assert_eq!(titles, ["信访工作条例", "立法法", "信访工作条例", "立法法"]);
    let own = citations("本法第三条所称机关");
    assert_eq!((own[0].title.as_str(), own[0].title_from), ("", TitleFrom::Own));
    // 该条例 without an article or without a title cites nothing.
    assert_eq!(read("该条例第三条"), Vec::<String>::new());
    assert_eq!(read("《某条例》施行后，该条例的效果好"), ["某条例|-"]);
}

#[test]
fn articles_at_the_head_of_a_text() {
    let found = law::leading_articles("第二条、第五条第一款至第七条的规定");
    let ids: Vec<_> =
        found.iter().map(|(article, chars, ends)| (article.id(), chars.clone(), *ends)).collect();
    assert_eq!(
        ids,
        [("2".to_owned(), 0..3, false), ("5.1".to_owned(), 4..10, false), ("7".to_owned(), 11..14, true)]
    );
    assert_eq!(law::leading_articles("文件第二条"), []);
}

#[test]
fn a_short_form_in_title_marks_is_the_title_that_it_stands_for() {
    let text = "依照《甲县招商引资办法》（以下简称《办法》）办理。《办法》第三条、第五条另有规定的除外。《办法》不溯及既往。";
    assert_eq!(
        read(text),
        ["甲县招商引资办法|-", "甲县招商引资办法|3", "甲县招商引资办法|5", "甲县招商引资办法|-"]
    );
    let from: Vec<TitleFrom> = citations(text).iter().map(|found| found.title_from).collect();
    assert_eq!(from, [TitleFrom::Written, TitleFrom::Alias, TitleFrom::Alias, TitleFrom::Alias]);
    assert_eq!(read("《办法》第三条"), ["办法|3"], "nothing has introduced it");
    assert_eq!(read("《甲办法》（下称“甲办法”）施行。甲办法第三条"), ["甲办法|-", "甲办法|3"]);
}

#[test]
fn short_forms_and_bare_articles() {
    let text = "《中华人民共和国政府信息公开条例》（以下简称《条例》）施行。按照条例第五十条公布。";
    let found = citations(text);
    assert_eq!(found[1].title, "中华人民共和国政府信息公开条例");
    assert_eq!(found[1].title_from, TitleFrom::Alias);
    assert_eq!(&text[found[1].bytes.clone()], "条例第五十条");
    let same = "违反《某法》第三条的规定，应当依第九条处理。第四条路开通。";
    assert_eq!(read(same), ["某法|3", "某法|9"]);
    assert_eq!(citations(same)[1].title_from, TitleFrom::Bare);
}

#[test]
fn what_is_no_citation_is_left_alone() {
    assert_eq!(read("第三条主干道，第二款产品，新增5条"), Vec::<String>::new());
    assert_eq!(read("《未完的题目。第三条"), Vec::<String>::new());
    assert_eq!(read("《》第三条"), Vec::<String>::new());
    assert_eq!(read("《某法》第零条"), ["某法|-"]);
    assert_eq!(read("《某法》（全文见附件）第三条"), ["某法|-"]);
}

#[test]
fn reading_takes_time_in_proportion_to_the_text() {
    for piece in [
        "《",
        "第一、",
        "《某法》第三条、",
        "（一）",
        "第（一）",
        "《某法》（",
        "该法第",
        "〈《〉》",
        "本法第一条第",
    ] {
        let text = piece.repeat(60_000);
        let start = std::time::Instant::now();
        let found = citations(&text);
        assert!(start.elapsed().as_secs() < 20, "{piece}: {:?} {}", start.elapsed(), found.len());
    }
}

proptest! {
    #[test]
    fn any_text_gives_ordered_spans(text in "[《》〈〉（）()第条款项之一二三十百0-9、，至和本该法条例的号令 \n。x]{0,60}") {
        let mut last = 0;
        for found in citations(&text) {
            prop_assert!(text.get(found.bytes.clone()).is_some());
            prop_assert!(found.bytes.start >= last && found.bytes.end > found.bytes.start);
            last = found.bytes.end;
            let by_chars: String = text.chars().skip(found.chars.start).take(found.chars.len()).collect();
            prop_assert_eq!(&by_chars, &text[found.bytes.clone()]);
        }
    }

    #[test]
    fn what_is_cited_is_read_again(
        article in 1_u16..1300, inserted in 0_u16..4, paragraph in prop::option::of(1_u16..12), item in prop::option::of(1_u16..25),
    ) {
        let wanted = Article { article, inserted, paragraph, item };
        let text = format!("根据《行政复议法》{wanted}的规定");
        let found = citations(&text);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].article, Some(wanted));
        prop_assert_eq!(Article::parse(&wanted.id()).unwrap(), wanted);
    }
}
