//! Characters that stand for others: radicals (2E80-2FDF) and compatibility ideographs that PDF fonts put in place
//! of the ordinary ones, ligatures, upright forms, and characters that nobody sees.

use unicode_normalization::char::decompose_compatible;

/// Radicals, in order of their code.
const RADICALS: &str = "\
    ⺁⺈⺌⺟⺠⺫⺮⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⼀⼁⼂⼃⼄⼅⼆⼇⼈⼉⼊⼋⼌⼍⼎\
    ⼏⼐⼑⼒⼓⼔⼕⼖⼗⼘⼙⼚⼛⼜⼝⼞⼟⼠⼡⼢⼣⼤⼥⼦⼧⼨⼩⼪⼫⼬⼭⼮⼯⼰⼱⼲⼳⼴⼵⼶⼷⼸⼹⼺⼻⼼⼽⼾\
    ⼿⽀⽁⽂⽃⽄⽅⽆⽇⽈⽉⽊⽋⽌⽍⽎⽏⽐⽑⽒⽓⽔⽕⽖⽗⽘⽙⽚⽛⽜⽝⽞⽟⽠⽡⽢⽣⽤⽥⽦⽧⽨⽩⽪⽫⽬⽭⽮\
    ⽯⽰⽱⽲⽳⽴⽵⽶⽷⽸⽹⽺⽻⽼⽽⽾⽿⾀⾁⾂⾃⾄⾅⾆⾇⾈⾉⾊⾋⾌⾍⾎⾏⾐⾑⾒⾓⾔⾕⾖⾗⾘⾙⾚⾛⾜⾝⾞\
    ⾟⾠⾡⾢⾣⾤⾥⾦⾧⾨⾩⾪⾫⾬⾭⾮⾯⾰⾱⾲⾳⾴⾵⾶⾷⾸⾹⾺⾻⾼⾽⾾⾿⿀⿁⿂⿃⿄⿅⿆⿇⿈⿉⿊⿋⿌⿍⿎\
    ⿏⿐⿑⿒⿓⿔⿕";
/// The ordinary characters, in the same order.
const ORDINARY: &str = "\
    厂刀小母民网竹虎西见角贝车长长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟一丨丶丿乙亅二亠人儿入八冂冖冫\
    几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶\
    手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢\
    石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車\
    辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓\
    鼠鼻齊齒龍龜龠";

/// What a character is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normal {
    Same(char),
    /// None or several characters.
    Other(&'static str),
}

/// The ordinary form of a character.
#[must_use]
pub fn normal(c: char) -> Normal {
    match c {
        // Most characters of Chinese text.
        '\u{3000}'..='\u{d7ff}' => Normal::Same(c),
        ..'\u{ad}' => Normal::Same(if matches!(c, '\u{c}' | '\u{b}') { '\n' } else { c }),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => {
            Normal::Other("")
        }
        '\u{2010}' | '\u{2011}' => Normal::Same('-'),
        '\u{fb00}' => Normal::Other("ff"),
        '\u{fb01}' => Normal::Other("fi"),
        '\u{fb02}' => Normal::Other("fl"),
        '\u{fb03}' => Normal::Other("ffi"),
        '\u{fb04}' => Normal::Other("ffl"),
        '\u{fb05}' | '\u{fb06}' => Normal::Other("st"),
        '\u{f020}'..='\u{f0ff}' => Normal::Same(symbol(c)),
        '\u{2028}' | '\u{2029}' => Normal::Same('\n'),
        '\u{2e80}'..='\u{2fdf}' => Normal::Same(radical(c)),
        '\u{f900}'..='\u{faff}'
        | '\u{fe10}'..='\u{fe19}'
        | '\u{fe35}'..='\u{fe44}'
        | '\u{2f800}'..='\u{2fa1f}' => Normal::Same(composed(c)),
        _ => Normal::Same(c),
    }
}

/// The signs that stand before items, by their codes in the usual symbol fonts; others stay.
const fn symbol(c: char) -> char {
    match c {
        '\u{f0b7}' | '\u{f0a0}' => '•',
        '\u{f06c}' => '●',
        '\u{f06e}' => '■',
        '\u{f0a7}' => '▪',
        '\u{f075}' => '◆',
        '\u{f076}' => '❖',
        '\u{f0d8}' => '➢',
        '\u{f0e8}' => '➔',
        '\u{f0fc}' => '✓',
        '\u{f0fb}' => '✗',
        '\u{f0fe}' | '\u{f052}' => '☑',
        '\u{f0a8}' | '\u{f06f}' => '☐',
        _ => c,
    }
}

/// Whether a text holds nothing that has another ordinary form.
#[must_use]
pub fn is_normal(text: &str) -> bool {
    text.chars().all(|c| normal(c) == Normal::Same(c))
}

/// The one character that Unicode decomposes another into.
fn composed(c: char) -> char {
    let mut single = None;
    let mut count = 0;
    decompose_compatible(c, |d| {
        single = Some(d);
        count += 1;
    });
    match single {
        Some(',') => '，',
        Some('(') => '（',
        Some(')') => '）',
        Some(':') => '：',
        Some(';') => '；',
        Some(d) if count == 1 => d,
        _ => c,
    }
}

/// The ordinary character for a radical; other characters stay.
fn radical(c: char) -> char {
    let found = RADICALS.chars().zip(ORDINARY.chars()).find(|(radical, _)| *radical == c);
    found.map_or(c, |(_, plain)| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        text.chars().fold(String::new(), |mut out, c| {
            match normal(c) {
                Normal::Same(c) => out.push(c),
                Normal::Other(words) => out.push_str(words),
            }
            out
        })
    }

    #[test]
    fn radicals_become_characters() {
        assert_eq!(RADICALS.chars().count(), ORDINARY.chars().count());
        assert_eq!(written("⼈⺠⽴法"), "人民立法");
    }

    #[test]
    fn other_forms_become_ordinary() {
        assert_eq!(written("\u{f900}\u{f9f4}"), "豈林");
        assert_eq!(written("o\u{fb03}ce\u{ad}r"), "officer");
        assert_eq!(written("︽条例︾︒"), "《条例》。");
        assert_eq!(written("\u{f0d8}一项"), "➢一项");
        assert!(is_normal("2024年，办结"));
    }
}
