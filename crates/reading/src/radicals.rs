//! Kangxi and other radicals that PDF fonts put in place of the ordinary characters (Unicode 2E80-2FDF).

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

/// The ordinary character for a radical; other characters stay.
#[must_use]
pub fn ordinary(c: char) -> char {
    if !('\u{2e80}'..='\u{2fdf}').contains(&c) {
        return c;
    }
    RADICALS.chars().zip(ORDINARY.chars()).find(|(radical, _)| *radical == c).map_or(c, |(_, plain)| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_become_characters() {
        assert_eq!(RADICALS.chars().count(), ORDINARY.chars().count());
        assert_eq!("⼈⺠⽴法".chars().map(ordinary).collect::<String>(), "人民立法");
    }
}
