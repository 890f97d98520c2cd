//! Companies by name and unified social credit code: the parties of a project, employers, and their affiliates (A12.2).

use crate::{
    base::{identifier::UnifiedSocialCreditCode, key::comparison_key},
    identity::organization::Organization,
};

/// A party (参建单位) of a project, or an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its unified social credit code, where it is known.
    pub code: Option<UnifiedSocialCreditCode>,
    /// The party whose declared affiliate (关联单位) it is; none for the party itself.
    pub affiliate_of: Option<String>,
}

impl Party {
    /// A company of which the name is all that is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), code: None, affiliate_of: None }
    }

    /// An organisation.
    #[must_use]
    pub fn of(organization: &Organization) -> Self {
        let code = Some(organization.unified_social_credit_code.clone());
        Self { code, ..Self::named(&organization.name) }
    }

    /// By what its name is compared, and found in what is kept: see [`comparison_key`].
    #[must_use]
    pub fn key(&self) -> String {
        comparison_key(&self.name)
    }

    /// Whether the other is the same company: by their codes, or, where one has none, by their names as they
    /// are compared.
    #[must_use]
    pub fn is_same_company(&self, other: &Self) -> bool {
        other.is_named(&self.name, self.code.as_ref())
    }

    /// Whether this name and code are the company's: by the codes, or, where one has none, by the names as they are compared.
    #[must_use]
    pub fn is_named(&self, name: &str, code: Option<&UnifiedSocialCreditCode>) -> bool {
        match (code, &self.code) {
            (Some(code), Some(other)) => code == other,
            _ => {
                let name = comparison_key(name);
                !name.is_empty() && name == self.key()
            }
        }
    }
}
