//! From words to a tree: a Pratt parser.

use super::lexer::{Kind, Token, words};
use super::{Compare, GuardFault};

/// An untyped tree with the offset of each node.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    pub node: Node,
    pub offset: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Text(String),
    Number(i64),
    /// A number with a unit: `30 days`, `10_000 yuan`.
    Amount(i64, String),
    Flag(bool),
    List(Vec<Tree>),
    /// `record.decide.fine` as its parts.
    Path(Vec<String>),
    Parameter(String),
    Call(String, Vec<Tree>),
    Not(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Compare(Compare, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Box<Tree>),
    Add(Box<Tree>, Box<Tree>),
    Sub(Box<Tree>, Box<Tree>),
    Mul(Box<Tree>, Box<Tree>),
}

/// Brackets may nest this deep: a file of a stranger must not exhaust the stack.
const DEEPEST: usize = 50;

pub fn parse(text: &str) -> Result<Tree, GuardFault> {
    let mut parser = Parser { tokens: words(text)?, at: 0, end: text.len(), depth: 0 };
    let tree = parser.expression(0)?;
    match parser.peek() {
        None => Ok(tree),
        Some(token) => Err(fault(token.offset, "条件到这里应当结束")),
    }
}

fn fault(offset: usize, message: impl Into<String>) -> GuardFault {
    GuardFault { offset, message: message.into(), help: None }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn offset(&self) -> usize {
        self.peek().map_or(self.end, |token| token.offset)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token { kind: Kind::Sign(it), .. }) if *it == sign);
        if found {
            self.at += 1;
        }
        found
    }

    fn needs(&mut self, sign: &str) -> Result<(), GuardFault> {
        if self.takes(sign) { Ok(()) } else { Err(fault(self.offset(), format!("这里缺少“{sign}”"))) }
    }

    /// The binding power of the operator ahead.
    fn operator(&self) -> Option<(&'static str, u8)> {
        match &self.peek()?.kind {
            Kind::Sign(sign) => {
                let power = match *sign {
                    "||" => 1,
                    "&&" => 2,
                    "==" | "!=" | "<" | "<=" | ">" | ">=" => 3,
                    "+" | "-" => 4,
                    "*" => 5,
                    _ => return None,
                };
                Some((sign, power))
            }
            Kind::Name(name) if name == "in" => Some(("in", 3)),
            _ => None,
        }
    }

    fn expression(&mut self, least: u8) -> Result<Tree, GuardFault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(fault(self.offset(), "条件套得太深"));
        }
        let mut left = self.operand()?;
        while let Some((sign, power)) = self.operator() {
            if power <= least {
                break;
            }
            let offset = self.offset();
            self.at += 1;
            let right = self.expression(power)?;
            left = Tree { node: join(sign, left, right), offset };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Tree, GuardFault> {
        let offset = self.offset();
        let Some(token) = self.next() else { return Err(fault(offset, "条件没有写完")) };
        let node = match token.kind {
            Kind::Text(text) => Node::Text(text),
            Kind::Number(number) => self.amount(number),
            Kind::Parameter(name) => Node::Parameter(name),
            Kind::Name(name) if name == "true" || name == "false" => Node::Flag(name == "true"),
            Kind::Name(name) if self.takes("(") => Node::Call(name, self.list(")")?),
            Kind::Name(name) => self.path(name)?,
            Kind::Sign("!") => Node::Not(Box::new(self.expression(5)?)),
            Kind::Sign("[") => Node::List(self.list("]")?),
            Kind::Sign("(") => {
                let inner = self.expression(0)?;
                self.needs(")")?;
                inner.node
            }
            Kind::Sign(sign) => return Err(fault(token.offset, format!("这里不能是“{sign}”"))),
        };
        Ok(Tree { node, offset })
    }

    /// A unit may follow a number: `30 days`, `5 working days`, `10_000 yuan`.
    fn amount(&mut self, number: i64) -> Node {
        let mut unit = Vec::new();
        while let Some(Token { kind: Kind::Name(name), .. }) = self.peek() {
            if name == "in" || unit.len() == 2 {
                break;
            }
            unit.push(name.clone());
            self.at += 1;
        }
        if unit.is_empty() { Node::Number(number) } else { Node::Amount(number, unit.join(" ")) }
    }

    fn path(&mut self, first: String) -> Result<Node, GuardFault> {
        let mut parts = vec![first];
        while self.takes(".") {
            match self.next() {
                Some(Token { kind: Kind::Name(name), .. }) => parts.push(name),
                _ => return Err(fault(self.offset(), "“.”后面要有名称")),
            }
        }
        Ok(Node::Path(parts))
    }

    fn list(&mut self, end: &str) -> Result<Vec<Tree>, GuardFault> {
        let mut items = Vec::new();
        if self.takes(end) {
            return Ok(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.takes(end) {
                return Ok(items);
            }
            self.needs(",")?;
        }
    }
}

fn join(sign: &str, left: Tree, right: Tree) -> Node {
    let (left, right) = (Box::new(left), Box::new(right));
    match sign {
        "||" => Node::Or(left, right),
        "&&" => Node::And(left, right),
        "+" => Node::Add(left, right),
        "-" => Node::Sub(left, right),
        "*" => Node::Mul(left, right),
        "in" => Node::In(left, right),
        "==" => Node::Compare(Compare::Equal, left, right),
        "!=" => Node::Compare(Compare::Unequal, left, right),
        "<" => Node::Compare(Compare::Less, left, right),
        "<=" => Node::Compare(Compare::AtMost, left, right),
        ">" => Node::Compare(Compare::More, left, right),
        _ => Node::Compare(Compare::AtLeast, left, right),
    }
}
