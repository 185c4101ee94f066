//! A hit in words.

use crate::{Basis, Hit, PartyLike, Side};

impl Hit {
    /// Why it is like what was asked about: 同一申请人；事由相近（78%）；相隔12天.
    #[must_use]
    pub fn explanation(&self) -> String {
        let mut made = parties(&self.parts.parties);
        made.extend(self.matter());
        if !self.places.is_empty() {
            made.push(format!("同在{}", self.places.join("、")));
        }
        made.push(match self.parts.days_apart {
            0 => "同一天".to_owned(),
            days => format!("相隔{days}天"),
        });
        if self.parts.elsewhere {
            made.push("在另一机关登记".to_owned());
        }
        made.join("；")
    }

    fn matter(&self) -> Option<String> {
        let part = self.parts.matter?;
        let word = match part {
            1000 => {
                return Some(
                    if self.parts.brief { "事由文字相同，但是很短" } else { "事由文字相同" }.to_owned(),
                );
            }
            900.. => "事由几乎相同",
            500.. => "事由相近",
            200.. => "事由部分相近",
            _ => "事由不同",
        };
        let brief = if self.parts.brief { "，文字很短" } else { "" };
        Some(format!("{word}（{}%{brief}）", part / 10))
    }
}

/// One phrase for each way in which parties are the same, with how many where there are several.
fn parties(all: &[PartyLike]) -> Vec<String> {
    let has = |side, found| all.iter().any(|one| (one.side, one.found_side) == (side, found));
    let swapped = has(Side::Applicant, Side::Respondent) && has(Side::Respondent, Side::Applicant);
    let mut phrases: Vec<(String, usize)> = Vec::new();
    if swapped {
        phrases.push(("双方位置互换".to_owned(), 1));
    }
    for one in all {
        let made = phrase(one);
        match phrases.iter_mut().find(|(known, _)| *known == made) {
            Some((_, count)) => *count += 1,
            None => phrases.push((made, 1)),
        }
    }
    let told =
        |(text, count): (String, usize)| if count > 1 { format!("{text}（{count}名）") } else { text };
    phrases.into_iter().map(told).collect()
}

fn phrase(one: &PartyLike) -> String {
    let (own, found) = (one.side.label(), one.found_side.label());
    let who =
        if one.side == one.found_side { own.to_owned() } else { format!("本件{own}与该件{found}") };
    let made = match (one.basis, one.side == one.found_side) {
        (Basis::Number, true) => format!("同一{own}"),
        (Basis::Number, false) => format!("{who}是同一方"),
        (Basis::Name, _) => format!("{who}姓名或者名称相同"),
        (Basis::MaskedName, _) => format!("{who}姓名有隐去的字，显出的字相合"),
    };
    if one.common { format!("{made}（很多件都有，只作参考）") } else { made }
}
