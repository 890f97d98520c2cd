//! The seven ports of Art. 16 and the districts of Xiamen.

use crate::vocabulary;

vocabulary! {
    /// The seven ports of the platform (Article 16).
    pub enum Port {
        Contractor = "contractor" / "施工单位" / "Contractor",
        Supervisor = "supervisor" / "监理单位" / "Supervisor",
        Owner = "owner" / "建设单位" / "Owner",
        Insurer = "insurer" / "保险机构" / "Insurer",
        Association = "association" / "质安协会" / "Association",
        Regulator = "regulator" / "行业主管" / "Regulator",
        Provider = "provider" / "服务机构/服务专家" / "Provider or expert",
    }
}

impl Port {
    /// Whether a company of this port registers itself.
    #[must_use]
    pub const fn registers_itself(self) -> bool {
        !matches!(self, Self::Association | Self::Regulator)
    }

    /// Whether an organisation of this port serves commissions: the association is one provider among others.
    #[must_use]
    pub const fn is_service_provider(self) -> bool {
        matches!(self, Self::Association | Self::Provider)
    }
}

vocabulary! {
    /// Districts of Xiamen by their administrative division codes (GB/T 2260).
    pub enum District {
        Siming = "350203" / "思明区" / "Siming",
        Haicang = "350205" / "海沧区" / "Haicang",
        Huli = "350206" / "湖里区" / "Huli",
        Jimei = "350211" / "集美区" / "Jimei",
        Tongan = "350212" / "同安区" / "Tong'an",
        Xiangan = "350213" / "翔安区" / "Xiang'an",
    }
}
