//! Who acts.

use store::account::Rank;

/// Who asks for something. 办理人
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account's id; `clock` for the lapse of time.
    pub account: String,
    pub name: String,
    /// Id and name of the organ of an officer.
    pub organ: Option<(String, String)>,
    pub rank: Rank,
}

impl Actor {
    #[must_use]
    pub fn is_officer(&self) -> bool {
        matches!(self.rank, Rank::Staff | Rank::Head) && self.organ.is_some()
    }

    /// “县人民政府工作人员张三”
    #[must_use]
    pub fn title(&self) -> String {
        let rank = match self.rank {
            Rank::Citizen => "",
            rank => rank.name(),
        };
        let organ = self.organ.as_ref().map_or("", |(_, name)| name.as_str());
        format!("{organ}{rank}{}", self.name)
    }
}
