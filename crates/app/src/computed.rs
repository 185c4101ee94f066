//! Fields of a record that the platform computes: what was sent for them is set apart, must be what comes out where it says
//! anything, and is replaced by it. Draws, joint plans, reviews of files, examinations and certificates do so.

use calendar::Day;
use norms::Act;

use crate::error::{AppError, FieldFault, Result};
use crate::record::Form;

/// What was sent for the fields of an act that the platform fills in.
pub(crate) struct Sent<'a> {
    spec: &'a Act,
    told: Form,
}

impl<'a> Sent<'a> {
    /// Takes it out of the form.
    pub fn apart(spec: &'a Act, form: &mut Form) -> Self {
        Self { spec, told: spec.filled().filter_map(|id| form.remove_entry(id)).collect() }
    }

    /// Puts into the form what was computed.
    ///
    /// # Errors
    /// What was sent is something else, of all fields at once.
    pub fn replace(
        self,
        form: &mut Form,
        made: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<()> {
        let made: Vec<(&str, String)> = made.into_iter().collect();
        let faults: Vec<FieldFault> = made.iter().filter_map(|(id, right)| self.differs(id, right)).collect();
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        form.extend(made.into_iter().map(|(id, text)| (id.to_owned(), vec![text])));
        Ok(())
    }

    fn differs(&self, id: &str, right: &str) -> Option<FieldFault> {
        let sent = self.told.get(id).and_then(|texts| texts.first()).map(|text| text.trim())?;
        if sent.is_empty() || sent == right {
            return None;
        }
        let name = self.spec.fields.iter().find(|field| field.id == id).map_or(id, |field| &field.name);
        let short: String = sent.chars().take(12).collect();
        let message = format!("写的是“{short}”，平台算出来的是“{right}”；这一项由平台计算，请不要填写");
        Some(FieldFault { field: id.to_owned(), name: name.to_owned(), message })
    }
}

/// What is computed from the state of today is entered today.
///
/// # Errors
/// The act is entered for another day; `why` says what that cannot be done with.
pub(crate) fn only_today(on: Day, today: Day, why: &str) -> Result<()> {
    if on == today { Ok(()) } else { Err(AppError::field("on", "办理日期", why)) }
}
