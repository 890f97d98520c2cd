//! Identifiers: UUIDv7, typed by what they identify. The types are empty marks, so that naming the id of a record does not import
//! the record.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The identifier of a `T`: a UUIDv7, so that ids order by the time they were made.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The id with this value.
    #[must_use]
    pub const fn new(value: Uuid) -> Self {
        Self(value, PhantomData)
    }

    /// The bare value.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> From<Uuid> for Id<T> {
    fn from(value: Uuid) -> Self {
        Self::new(value)
    }
}
impl<T> From<Id<T>> for Uuid {
    fn from(id: Id<T>) -> Self {
        id.0
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::new)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::new)
    }
}

/// Defines an empty mark for each kind of record, and the name of its id.
macro_rules! ids {
    ($($id:ident = $mark:ident, $doc:literal;)+) => {
        /// Empty types that tell ids apart.
        pub mod mark {
            $(#[doc = concat!("Marks the id of ", $doc, ".")] #[derive(Debug)] pub enum $mark {})+
        }
        $(#[doc = concat!("The id of ", $doc, ".")] pub type $id = Id<mark::$mark>;)+
    };
}

ids! {
    AffiliateId = Affiliate, "an affiliate";
    ApiTokenId = ApiToken, "an API token";
    ApplicationFileId = ApplicationFile, "a file of an application";
    AttachmentId = Attachment, "an attachment";
    CalendarSubscriptionId = CalendarSubscription, "a subscription of a calendar";
    CommissionId = Commission, "a commission";
    ConductRecordId = ConductRecord, "a record of an expert's conduct";
    CouncilSessionId = CouncilSession, "a session of the council";
    DeclaredTieId = DeclaredTie, "a declared tie";
    EndorsementId = Endorsement, "an endorsement";
    ExpertId = Expert, "an expert";
    ExpertApplicationId = ExpertApplication, "an application for the expert library";
    HazardId = Hazard, "a hazard";
    ObjectionId = Objection, "an objection";
    OrganizationId = Organization, "an organization";
    PlannedServiceId = PlannedService, "a planned service";
    PolicyId = Policy, "a policy";
    ProjectId = Project, "a project";
    PublicNoticeId = PublicNotice, "a public notice";
    RecusalRequestId = RecusalRequest, "a request that an expert be recused";
    ServiceLineId = ServiceLine, "a service line of a commission";
    ServicePlanId = ServicePlan, "a service plan";
    ServiceReportId = ServiceReport, "a service report";
    SessionId = Session, "a session";
    UnavailabilityId = Unavailability, "a unavailability";
    UserId = User, "a user";
    VisitId = Visit, "a visit";
}
