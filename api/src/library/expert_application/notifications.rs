//! Who is told what of an application, in the change's own transaction.

use anze_domain::{
    FactName, RecordKind,
    identity::notification::{Notification, NotificationKind, Recipients},
    library::expert_application::ExpertApplication,
};

/// A message, and to whom it goes.
pub(crate) type Message = (Recipients, Notification);

/// To the applicant. Each version of the application is an occasion of its own.
pub(crate) fn applicant(kind: NotificationKind, about: &ExpertApplication) -> Message {
    (Recipients::default().user(about.user_id), of(kind, about))
}

/// To the association.
pub(crate) fn association(kind: NotificationKind, about: &ExpertApplication) -> Message {
    (Recipients::association(), of(kind, about))
}

/// With a fact that the text says.
pub(crate) fn with((to, notification): Message, name: FactName, value: impl ToString) -> Message {
    (to, notification.fact(name, value))
}

fn of(kind: NotificationKind, about: &ExpertApplication) -> Notification {
    Notification::new(kind, RecordKind::ExpertApplication, about.id, about.version)
        .fact(FactName::Application, &about.number)
}
