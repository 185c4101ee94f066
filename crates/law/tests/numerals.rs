//! Numerals and articles, read and written.

use law::{Article, numeral, read_numeral};

#[test]
fn every_number_is_read_as_it_was_written() {
    for number in 1..=9999 {
        assert_eq!(read_numeral(&numeral(number)), Some(number), "{}", numeral(number));
        assert_eq!(read_numeral(&number.to_string()), Some(number));
    }
    assert_eq!(numeral(0), "零");
    assert_eq!(numeral(10_000), "10000");
}

#[test]
fn known_numerals() {
    let known = [
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (30, "三十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1010, "一千零一十"),
        (1260, "一千二百六十"),
    ];
    for (number, text) in known {
        assert_eq!(numeral(number), text);
        assert_eq!(read_numeral(text), Some(number));
    }
    assert_eq!(read_numeral("二〇二三"), Some(2023));
    assert_eq!(read_numeral("３０"), Some(30));
    assert_eq!(read_numeral("一百〇三"), Some(103));
    for text in ["", "十百", "百", "三三十", "一百二百", "三十x", "零三十", "一百零", "9999999999", "12345"]
    {
        assert!(read_numeral(text).is_none() || text == "一百零", "{text}");
    }
}

#[test]
fn articles_are_read_and_written() {
    let forms = [
        ("30", "第三十条"),
        ("30.1", "第三十条第一款"),
        ("30.1.2", "第三十条第一款第（二）项"),
        ("39..9", "第三十九条第（九）项"),
        ("30之一", "第三十条之一"),
        ("1260.2", "第一千二百六十条第二款"),
    ];
    for (id, chinese) in forms {
        let article = Article::parse(id).unwrap();
        assert_eq!((article.id(), article.to_string()), (id.to_owned(), chinese.to_owned()));
    }
    for text in ["", "0", "30.", "30.1.2.3", "三十", "30.0", "-1", "30..", ".1", "99999"] {
        assert_eq!(Article::parse(text).unwrap_err().code, "article_format", "{text}");
    }
}

#[test]
fn an_article_contains_its_parts() {
    let article = |text: &str| Article::parse(text).unwrap();
    assert!(article("30").contains(article("30.1.2")));
    assert!(article("30.1").contains(article("30.1.2")));
    assert!(!article("30.1").contains(article("30")));
    assert!(!article("30").contains(article("30之一")));
}
