//! The arithmetic of schemes: sums, products and quotients over named figures, in exact fractions.
//!
//! The guards of procedures (`norms`) add and subtract only, over the record of one case; what is needed here multiplies
//! and divides, over figures of a year. The two share their notation: ASCII signs, names, brackets, three truth values
//! there, and here “unknown” with its reason.
//!
//! ```text
//! formula = term { ("+" | "-") term }
//! term    = factor { ("*" | "/") factor }
//! factor  = number [ "%" ] | name | "previous." name | ("min" | "max") "(" formula "," formula ")" | "(" formula ")"
//! ```

use crate::Ratio;

/// A formula as it is written, and what it means. 算式
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    pub text: String,
    expr: Expr,
}

/// A figure or input that a formula names; perhaps its value of the year before. 引用的指标
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub id: String,
    pub is_previous: bool,
    /// Byte offset in the text.
    pub offset: usize,
}

/// A mistake in a formula, at a byte offset of its text. 算式错误
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaFault {
    pub offset: usize,
    pub message: String,
    pub help: String,
}

/// Why a formula has no value. 无值的原因
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Nothing is recorded or stated under this name.
    NoValue {
        id: String,
        is_previous: bool,
    },
    /// The figure is nought, so that nothing of the kind is on record.
    NothingRecorded(String),
    /// The divisor is nought: there was nothing to divide by.
    NothingToDivideBy(String),
    TooLarge,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Expr {
    Number(Ratio),
    Name(Name),
    Two(Sign, Box<Expr>, Box<Expr>, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
    Times,
    Over,
    Least,
    Most,
}

/// Brackets may nest this deep.
const DEEPEST: usize = 40;
/// A formula may be this long.
const LONGEST: usize = 2000;

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// It is not written as the grammar says.
    pub fn parse(text: &str) -> Result<Self, FormulaFault> {
        if text.len() > LONGEST {
            let help = "分成几项写，或者在程序包里定义一个指标。".to_owned();
            return Err(FormulaFault { offset: 0, message: "算式太长".to_owned(), help });
        }
        let mut parser = Parser { text, at: 0, depth: 0 };
        let expr = parser.sum()?;
        if parser.skip().is_some() {
            return Err(parser.stranger("算式到这里应当结束"));
        }
        Ok(Self { text: text.to_owned(), expr })
    }

    /// The figures and inputs that it names, in their order, each as often as it stands there.
    #[must_use]
    pub fn names(&self) -> Vec<&Name> {
        let mut made = Vec::new();
        self.expr.names(&mut made);
        made
    }

    /// The value, asked of what is known.
    ///
    /// # Errors
    /// Something in it is not known.
    pub fn value(&self, known: &dyn Fn(&str, bool) -> Option<Ratio>) -> Result<Ratio, Unknown> {
        self.expr.value(known)
    }
}

impl Unknown {
    /// In words; `named` tells what a name is called.
    #[must_use]
    pub fn told(&self, named: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::NoValue { id, is_previous: false } => format!("没有“{}”的数据", named(id)),
            Self::NoValue { id, is_previous: true } => format!("没有“{}”的上年数据", named(id)),
            Self::NothingRecorded(id) => format!("“{}”为0，没有可评的记录", named(id)),
            Self::NothingToDivideBy(text) => format!("分母“{}”为0，无从计算", in_words(text, named)),
            Self::TooLarge => "数太大，算不出".to_owned(),
        }
    }
}

/// A piece of a formula with what its names are called.
fn in_words(text: &str, named: &dyn Fn(&str) -> String) -> String {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let (mut made, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let own =
            if is_part(first) { rest.find(|c| !is_part(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (piece, after) = rest.split_at(own);
        let is_name = first.is_ascii_lowercase() || first == '_';
        made.push_str(&if is_name { named(piece) } else { piece.to_owned() });
        rest = after;
    }
    made
}

impl Expr {
    fn names<'e>(&'e self, made: &mut Vec<&'e Name>) {
        match self {
            Self::Number(_) => {}
            Self::Name(name) => made.push(name),
            Self::Two(_, a, b, _) => {
                a.names(made);
                b.names(made);
            }
        }
    }

    fn value(&self, known: &dyn Fn(&str, bool) -> Option<Ratio>) -> Result<Ratio, Unknown> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Name(Name { id, is_previous, .. }) => known(id, *is_previous)
                .ok_or_else(|| Unknown::NoValue { id: id.clone(), is_previous: *is_previous }),
            Self::Two(sign, a, b, divisor) => {
                let (a, b) = (a.value(known)?, b.value(known)?);
                let made = match sign {
                    Sign::Plus => a.plus(b),
                    Sign::Minus => a.minus(b),
                    Sign::Times => a.times(b),
                    Sign::Over if b.is_zero() => return Err(Unknown::NothingToDivideBy(divisor.clone())),
                    Sign::Over => a.over(b),
                    Sign::Least => Some(a.min(b)),
                    Sign::Most => Some(a.max(b)),
                };
                made.ok_or(Unknown::TooLarge)
            }
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The next sign after white space.
    fn skip(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.skip() == Some(sign);
        if found {
            self.at += sign.len_utf8();
        }
        found
    }

    fn need(&mut self, sign: char) -> Result<(), FormulaFault> {
        if self.take(sign) { Ok(()) } else { Err(self.stranger(&format!("这里缺少“{sign}”"))) }
    }

    /// What is wrong here, with help for what people often type.
    fn stranger(&self, message: &str) -> FormulaFault {
        let help = match self.rest().chars().next() {
            Some('×' | '＊' | 'x') => "乘写作 *。",
            Some('÷' | '／') => "除写作 /。",
            Some('（' | '）' | '，' | '＋' | '－' | '％') => "符号要用半角。",
            Some('=' | '<' | '>') => "比较写在 pass、steps 里，算式只算数。",
            _ => "算式由指标标识、数（可带 %）、+ - * /、括号、min(…, …)、max(…, …)组成。",
        };
        FormulaFault { offset: self.at, message: message.to_owned(), help: help.to_owned() }
    }

    fn sum(&mut self) -> Result<Expr, FormulaFault> {
        let mut left = self.product()?;
        loop {
            let sign = if self.take('+') {
                Sign::Plus
            } else if self.take('-') {
                Sign::Minus
            } else {
                return Ok(left);
            };
            left = Expr::Two(sign, Box::new(left), Box::new(self.product()?), String::new());
        }
    }

    fn product(&mut self) -> Result<Expr, FormulaFault> {
        let mut left = self.factor()?;
        loop {
            let sign = if self.take('*') {
                Sign::Times
            } else if self.take('/') {
                Sign::Over
            } else {
                return Ok(left);
            };
            let from = self.at;
            let right = self.factor()?;
            let divisor = self.text.get(from..self.at).unwrap_or("").trim().to_owned();
            left = Expr::Two(sign, Box::new(left), Box::new(right), divisor);
        }
    }

    fn factor(&mut self) -> Result<Expr, FormulaFault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.stranger("括号套得太深"));
        }
        let made = match self.skip() {
            Some('(') => {
                self.at += 1;
                let inner = self.sum()?;
                self.need(')')?;
                inner
            }
            Some(first) if first.is_ascii_digit() => self.number()?,
            Some(first) if first.is_ascii_lowercase() || first == '_' => self.name()?,
            Some(first) => return Err(self.stranger(&format!("算式里不能有“{first}”"))),
            None => return Err(self.stranger("算式没有写完")),
        };
        self.depth -= 1;
        Ok(made)
    }

    fn number(&mut self) -> Result<Expr, FormulaFault> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let length =
            if rest.get(length..).is_some_and(|more| more.starts_with('%')) { length + 1 } else { length };
        let written = rest.get(..length).unwrap_or("");
        let Some(number) = Ratio::parse(written) else {
            return Err(self.stranger(&format!("“{written}”不是可用的数")));
        };
        self.at += length;
        Ok(Expr::Number(number))
    }

    fn word(&mut self) -> String {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '_');
        let word = rest.get(..length.unwrap_or(rest.len())).unwrap_or("").to_owned();
        self.at += word.len();
        word
    }

    fn name(&mut self) -> Result<Expr, FormulaFault> {
        let offset = self.at;
        let word = self.word();
        if word == "previous" && self.rest().starts_with('.') {
            self.at += 1;
            let id = self.word();
            if id.is_empty() {
                return Err(self.stranger("“previous.”后面写指标标识"));
            }
            return Ok(Expr::Name(Name { id, is_previous: true, offset }));
        }
        let sign = match word.as_str() {
            "min" => Sign::Least,
            "max" => Sign::Most,
            _ => return Ok(Expr::Name(Name { id: word, is_previous: false, offset })),
        };
        self.need('(')?;
        let left = self.sum()?;
        self.need(',')?;
        let right = self.sum()?;
        self.need(')')?;
        Ok(Expr::Two(sign, Box::new(left), Box::new(right), String::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: &str, is_previous: bool) -> Option<Ratio> {
        match (id, is_previous) {
            ("a", false) => Some(Ratio::whole(6)),
            ("b", false) => Some(Ratio::whole(4)),
            ("a", true) => Some(Ratio::whole(3)),
            ("zero", false) => Some(Ratio::ZERO),
            _ => None,
        }
    }

    fn value(text: &str) -> Result<Ratio, Unknown> {
        Formula::parse(text).unwrap().value(&known)
    }

    #[test]
    fn signs_bind_as_in_arithmetic() {
        assert_eq!(value("a + b * 2 - 1"), Ok(Ratio::whole(13)));
        assert_eq!(value("(a + b) / 4"), Ok(Ratio::new(5, 2).unwrap()));
        assert_eq!(value("a / b / 2"), Ok(Ratio::new(3, 4).unwrap()));
        assert_eq!(value("a - b - 1"), Ok(Ratio::ONE));
        assert_eq!(value("a - previous.a"), Ok(Ratio::whole(3)));
        assert_eq!(value("min(a, b) * 50% + max(1, 0.5)"), Ok(Ratio::whole(3)));
    }

    #[test]
    fn what_is_not_known_is_told_with_its_reason() {
        assert_eq!(value("a + c"), Err(Unknown::NoValue { id: "c".to_owned(), is_previous: false }));
        assert_eq!(value("previous.b"), Err(Unknown::NoValue { id: "b".to_owned(), is_previous: true }));
        assert_eq!(value("a / ( b - 4 )"), Err(Unknown::NothingToDivideBy("( b - 4 )".to_owned())));
        assert_eq!(value("zero / zero"), Err(Unknown::NothingToDivideBy("zero".to_owned())));
    }

    #[test]
    fn slips_are_told_at_their_place_with_help() {
        let fault = |text: &str| {
            let fault = Formula::parse(text).unwrap_err();
            (fault.offset, fault.message, fault.help)
        };
        let help = "算式由指标标识、数（可带 %）、+ - * /、括号、min(…, …)、max(…, …)组成。";
        let of = |offset, message: &str, help: &str| (offset, message.to_owned(), help.to_owned());
        assert_eq!(fault("a × b"), of(2, "算式到这里应当结束", "乘写作 *。"));
        assert_eq!(fault("a /"), of(3, "算式没有写完", help));
        assert_eq!(fault("（a）"), of(0, "算式里不能有“（”", "符号要用半角。"));
        assert_eq!(fault("min(a b)"), of(6, "这里缺少“,”", help));
        assert_eq!(fault("a >= 1"), of(2, "算式到这里应当结束", "比较写在 pass、steps 里，算式只算数。"));
        assert_eq!(fault("1.2.3"), of(0, "“1.2.3”不是可用的数", help));
        assert_eq!(fault("previous. a").1, "“previous.”后面写指标标识");
        assert_eq!(fault(&"(".repeat(100)).1, "括号套得太深");
        assert_eq!(fault(&"1+".repeat(1500)).1, "算式太长");
        assert_eq!(fault("").1, "算式没有写完");
    }

    proptest::proptest! {
        #[test]
        fn no_text_brings_the_reader_down(text in "[ a-c0-9.+*/(),%-]{0,60}") {
            if let Ok(formula) = Formula::parse(&text) {
                let _ = formula.value(&known);
            }
        }
    }
}
