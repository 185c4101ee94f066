//! Showing personal data unmasked: to whom the rules let, for a reason that is noted first. 个人信息的查看
//! （个人信息保护法第六条、第五十一条；GB/T 22239-2019 8.1.4.11）

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::view::EventView;

/// The reasons that are offered; any other may be written.
pub const REVEAL_REASONS: [&str; 4] = ["办理本案", "核对身份", "送达文书", "答复当事人"];

impl Platform {
    /// An event of a case with its personal data in full. That it was shown, to whom and why, is in the log of operations
    /// before it is.
    ///
    /// # Errors
    /// The case is not the actor's to read, or its personal data not theirs to see; no reason; there is no such event.
    pub fn reveal(
        &self,
        actor: &Actor,
        case: &str,
        number: u32,
        reason: &str,
        origin: &Origin,
    ) -> Result<EventView> {
        let reason = crate::papers::reason_in(Some(reason))?;
        let view = self.case_whole(actor, case)?;
        let event = view.events.into_iter().find(|event| event.number == number);
        let event = event.ok_or_else(|| AppError::not_found(format!("本案第{number}号事项")))?;
        let detail = format!("{case}：第{number}号事项；{reason}");
        let (by, origin, now) = (actor.account.clone(), origin.clone(), self.now());
        let noted: store::Result<()> =
            self.store().write(move |tx| origin.note_done(tx, now, &by, "personal_revealed", &detail))?;
        noted?;
        Ok(event)
    }

    /// Whether the rules let somebody see the personal data of a case.
    pub(crate) fn must_be_entitled(&self, actor: &Actor, file: &CaseFile) -> Result<()> {
        if self.may_reveal(actor, file, self.today())? {
            return Ok(());
        }
        Err(AppError::Forbidden {
            why: "您可以查看本案，但是个人信息只能看到遮盖后的".to_owned(),
            help: "确属办案需要的，请由办理机关的承办人查看后告知。".to_owned(),
        })
    }
}
