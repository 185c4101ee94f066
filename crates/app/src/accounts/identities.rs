//! The identities of single sign-on that are bound to one's own account.

use store::identity;

use super::Origin;
use crate::error::Result;
use crate::platform::Platform;

impl Platform {
    /// The issuers of the identities bound to the account that has signed in.
    ///
    /// # Errors
    /// The session has ended; the store cannot be read.
    pub fn identities(&self, token: &str) -> Result<Vec<String>> {
        let (row, _) = self.signed_in_row(token)?;
        let found = self.store().read(|reader| identity::of_account(reader, &row.id))?;
        Ok(found.into_iter().map(|(issuer, _)| issuer).collect())
    }

    /// Unbinds all identities from the account that has signed in.
    ///
    /// # Errors
    /// The session has ended; the store cannot be written.
    pub fn unbind_identities(&self, token: &str, origin: &Origin) -> Result<()> {
        let (row, _) = self.signed_in_row(token)?;
        let (now, origin) = (self.now(), origin.clone());
        Ok(self.store().write(move |tx| -> store::Result<()> {
            if identity::unbind_all(tx, &row.id)? > 0 {
                origin.note_done(tx, now, &row.id, "identity_unbound", "")?;
            }
            Ok(())
        })??)
    }
}
