//! What stands around and between the lines of a document on a web page or a printed page, and is no part of it.

/// Beginnings of lines that sites add, compared without white space.
const BEGINNINGS: [&str; 33] = [
    "索引号",
    "信息索引",
    "备注/文号",
    "发布机构：",
    "发布机构:",
    "公文生成日期",
    "成文日期",
    "生成日期",
    "发布日期",
    "发布时间",
    "发文机关：",
    "信息来源",
    "来源：",
    "来源:",
    "文章来源",
    "浏览次数",
    "阅读次数",
    "浏览量",
    "点击数",
    "点击量",
    "字体：",
    "字体:",
    "字号：",
    "当前位置",
    "您的位置",
    "您现在的位置",
    "扫一扫",
    "分享到",
    "责任编辑",
    "版权所有",
    "主办单位",
    "网站标识码",
    "技术支持",
];
/// Whole lines that sites add.
const LINES: [&str; 14] = [
    "打印",
    "打印本页",
    "关闭",
    "关闭窗口",
    "返回顶部",
    "大中小",
    "首页",
    "收藏",
    "分享",
    "下载",
    "目录",
    "打印关闭",
    "【打印】【关闭】",
    "此件公开发布",
];
/// Words that only such lines hold.
const WORDS: [&str; 9] =
    ["ICP备", "公网安备", "上一篇", "下一篇", "扫描二维码", "【打印", "【字体", "手机上查看", "此件公开"];
const LONGEST: usize = 60;

/// What kind of stray line it is; none for a line of the document.
#[must_use]
pub fn kind(line: &str) -> Option<&'static str> {
    let bare: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let count = bare.chars().count();
    if count > LONGEST {
        return None;
    }
    if is_page_number(&bare) {
        return Some("页码");
    }
    if is_contents_line(&bare) {
        return Some("目录行");
    }
    let bare_start = bare.trim_start_matches(['-', '·', '•', '|', '【', '[']);
    let is_site = BEGINNINGS.iter().any(|word| bare_start.starts_with(word))
        || LINES.contains(&bare.trim_matches(['（', '）', '(', ')']))
        || WORDS.iter().any(|word| bare.contains(word));
    is_site.then_some("网页附带内容")
}

/// 12, - 12 -, — 12 —, 第3页, 第3页共20页, 3/20.
fn is_page_number(bare: &str) -> bool {
    let inner = bare.trim_matches(['-', '—', '–', '－', '·', '~']);
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().count() <= 4
            && text.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
    };
    if plain(inner) {
        return true;
    }
    if let Some((left, right)) = inner.split_once('/') {
        return plain(left) && plain(right);
    }
    let Some(rest) = inner.strip_prefix('第') else { return false };
    let Some((page, rest)) = rest.split_once('页') else { return false };
    let rest = rest.trim_start_matches(['，', ',', '/']);
    plain(page)
        && (rest.is_empty() || rest.strip_prefix('共').and_then(|r| r.strip_suffix('页')).is_some_and(plain))
}

/// A line of a table of contents: leaders, then a page number.
fn is_contents_line(bare: &str) -> bool {
    let before = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let leaders = before.chars().rev().take_while(|c| "….·．—-".contains(*c)).count();
    let dots = before.chars().rev().take_while(|c| *c == '…').count();
    before.len() < bare.len() && (leaders >= 3 || dots >= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_furniture_is_told_from_text() {
        for line in [
            "- 索 引 号:QZ00110-0200-2022-00021",
            "扫一扫在手机上查看当前页面",
            "— 12 —",
            "第 3 页 共 20 页",
            "3/20",
            "【字体：大 中 小】",
            "（此件公开发布）",
            "一、总体要求……………………3",
            "(一)指导思想.......... 4",
            "闽ICP备05000000号",
            "上一篇：没有了",
        ] {
            assert!(kind(line).is_some(), "{line}");
        }
        for line in [
            "一、总体要求",
            "目标：依法履职",
            "来源可查、去向可追",
            "打印服务",
            "12345热线",
            "第3页写明的事项",
            "到2025年",
            "字体现代化",
            "发布机构名单",
        ] {
            assert!(kind(line).is_none(), "{line}");
        }
    }
}
