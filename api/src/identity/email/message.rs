//! What the messages say that go by e-mail.

use anze_domain::{
    Words,
    identity::{delivery::DeliveryKind, notification::NotificationKind},
};

use crate::http::language::Language;

/// Subject and text of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// The letter that tells of a notification.
pub fn letter_of_notification(name: &str, kind: NotificationKind, text: Words, language: Language) -> Letter {
    let title = language.pick(kind.into());
    let text = language.pick(text);
    match language {
        Language::Chinese => Letter {
            subject: format!("【安责】{title}"),
            text: format!(
                "{name}，您好：\r\n\r\n{text}\r\n\r\n请登录平台查看或办理。本邮件由平台自动发送，请勿回复。\r\n{}\r\n",
                if kind.always_by_email() {
                    "此类消息一律发送电子邮件。"
                } else {
                    "如不需要此类邮件，可在“消息接收方式”中关闭。"
                }
            ),
        },
        Language::English => Letter {
            subject: format!("[Anze] {title}"),
            text: format!(
                "Dear {name},\r\n\r\n{text}\r\n\r\nLog in to the platform to read or settle it. The platform sent this message; please do not \
                 reply.\r\n{}\r\n",
                if kind.always_by_email() {
                    "Such notifications always go by e-mail."
                } else {
                    "You can switch such messages off in your notification settings."
                }
            ),
        },
    }
}

/// The letter that brings a code. None where this kind of delivery brings none.
pub fn letter_with_code(name: &str, kind: DeliveryKind, code: &str, language: Language) -> Option<Letter> {
    let (zh, en) = match kind {
        DeliveryKind::Notification => return None,
        DeliveryKind::EmailConfirmation => (
            ("【安责】确认电子邮箱", "您正在将本邮箱设为平台的接收邮箱，请在 24 小时内输入以下验证码"),
            (
                "[Anze] Confirm your e-mail address",
                "you want to be told at this address. Enter the following code within 24 hours",
            ),
        ),
        DeliveryKind::PasswordReset => (
            ("【安责】重置密码", "您正在重置平台的登录密码，请在 10 分钟内输入以下验证码"),
            (
                "[Anze] Reset your password",
                "you want to reset your password. Enter the following code within ten minutes",
            ),
        ),
    };
    let (subject, text) = match language {
        Language::Chinese => (
            zh.0,
            format!(
                "{name}，您好：\r\n\r\n{}：\r\n\r\n{code}\r\n\r\n如非本人操作，请忽略本邮件，并勿将验证码告知他人。\r\n",
                zh.1
            ),
        ),
        Language::English => (
            en.0,
            format!(
                "Dear {name},\r\n\r\n{}:\r\n\r\n{code}\r\n\r\nIf this was not you, ignore this message, and give the code to nobody.\r\n",
                en.1
            ),
        ),
    };
    Some(Letter { subject: subject.to_owned(), text })
}
