//! Certificates by which experts qualify: each is one person's (A8.1, A9).

use crate::{base::key::comparison_key, vocabulary};

crate::codes! {
    CERTIFICATE_IN_USE = "certificate_in_use", Conflict, Some("A8.1"),
        "证书编号已被使用" / "该证书编号已用于另一名专家或申请人。",
        "Certificate number in use" / "Another expert or applicant already uses this certificate number.";
    CERTIFICATE_REPEATED = "certificate_repeated", Invalid, Some("A8.1"),
        "证书编号重复" / "同一证书编号不得重复填写。",
        "Certificate number repeated" / "Give each certificate number only once.";
}

vocabulary! {
    /// Kinds of certificates that experts hold.
    pub enum CertificateKind {
        Title = "title" / "职称证书" / "Certificate of a title",
        RegisteredSafetyEngineer = "registered_safety_engineer" / "注册安全工程师证书" / "Certificate of a registered safety engineer",
    }
}

/// A certificate that somebody names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its kind.
    pub kind: CertificateKind,
    /// Its number, as it was given.
    pub number: String,
    /// Where it stands in what was given.
    pub pointer: String,
}

impl Certificate {
    /// By what two are the same: kind, and number as it is compared.
    #[must_use]
    pub fn key(&self) -> (CertificateKind, String) {
        (self.kind, comparison_key(&self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_kind_is_another_certificate() {
        let certificate = |kind| Certificate { kind, number: "a 1".into(), pointer: String::new() };
        assert_ne!(
            certificate(CertificateKind::Title).key(),
            certificate(CertificateKind::RegisteredSafetyEngineer).key()
        );
    }
}
