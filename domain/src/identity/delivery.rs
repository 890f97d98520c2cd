//! Deliveries (发送): what goes to a user by e-mail, beside the inbox; how often it is tried, and what became of it.

use chrono::TimeDelta;

use crate::{Violation, Words, codes, identity::notification::NotificationKind, vocabulary};

vocabulary! {
    /// What is sent by e-mail.
    pub enum DeliveryKind {
        Notification = "notification" / "消息" / "Notification",
        EmailConfirmation = "email_confirmation" / "电子邮箱确认" / "Confirmation of an e-mail address",
        PasswordReset = "password_reset" / "密码重置" / "Password reset",
    }
}

impl DeliveryKind {
    /// How long after it was written it is worth sending: what is told days later helps nobody, and a code is of no use once it has expired.
    #[must_use]
    pub const fn worth_sending_for(self) -> TimeDelta {
        match self {
            Self::Notification => TimeDelta::days(3),
            Self::EmailConfirmation => CodePurpose::EmailConfirmation.life(),
            Self::PasswordReset => CodePurpose::PasswordReset.life(),
        }
    }
}

vocabulary! {
    /// States of a delivery.
    pub enum DeliveryState {
        Pending = "pending" / "待发送" / "Waiting to be sent",
        Sending = "sending" / "发送中" / "Being sent",
        Sent = "sent" / "已发送" / "Sent",
        Failed = "failed" / "发送失败" / "Not sent",
        Unknown = "unknown" / "结果不明" / "Outcome not known",
    }
}

vocabulary! {
    /// What a code that is sent by e-mail is for.
    pub enum CodePurpose {
        EmailConfirmation = "email_confirmation" / "确认电子邮箱" / "Confirm an e-mail address",
        PasswordReset = "password_reset" / "重置密码" / "Reset a password",
    }
}

impl CodePurpose {
    /// How long such a code can be used.
    #[must_use]
    pub const fn life(self) -> TimeDelta {
        match self {
            Self::EmailConfirmation => TimeDelta::hours(24),
            Self::PasswordReset => TimeDelta::minutes(10),
        }
    }

    /// The delivery that brings such a code.
    #[must_use]
    pub const fn delivery(self) -> DeliveryKind {
        match self {
            Self::EmailConfirmation => DeliveryKind::EmailConfirmation,
            Self::PasswordReset => DeliveryKind::PasswordReset,
        }
    }
}

vocabulary! {
    /// Outcomes of an attempt to send: taken, refused for the moment, refused for good, or broken off so that it may have been taken.
    pub enum AttemptOutcome {
        Sent = "sent" / "已发送" / "Sent",
        Deferred = "deferred" / "暂缓" / "Deferred",
        Refused = "refused" / "被拒绝" / "Refused",
        Unknown = "unknown" / "结果不明" / "Not known",
    }
}

/// Pauses before the next attempt, by the number of attempts that were made.
const PAUSES: [TimeDelta; 6] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
];

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterAttempt {
    /// It is over, in this state.
    Over(DeliveryState),
    /// It is tried again after this pause.
    Again(TimeDelta),
}

/// What becomes of a delivery after the attempt with this number, the first being 1. What may have been sent is not sent again:
/// nobody is told the same twice.
#[must_use]
pub fn after_attempt(number: u32, outcome: AttemptOutcome) -> AfterAttempt {
    match outcome {
        AttemptOutcome::Sent => AfterAttempt::Over(DeliveryState::Sent),
        AttemptOutcome::Refused => AfterAttempt::Over(DeliveryState::Failed),
        AttemptOutcome::Unknown => AfterAttempt::Over(DeliveryState::Unknown),
        AttemptOutcome::Deferred => {
            let pause = number.checked_sub(1).and_then(|made| PAUSES.get(usize::try_from(made).ok()?));
            pause.map_or(AfterAttempt::Over(DeliveryState::Failed), |pause| AfterAttempt::Again(*pause))
        }
    }
}

/// How many codes of one purpose a user is sent within an hour.
pub const CODES_PER_HOUR: i64 = 5;

codes! {
    EMAIL_OFF = "email_off", Conflict, None,
        "未开通电子邮件" / "本平台未开通电子邮件。",
        "E-mail is not set up" / "This platform sends no e-mail.";
    EMAIL_CODE_INVALID = "email_code_invalid", Invalid, None,
        "验证码无效" / "验证码有误、已使用或已过期。",
        "Code not valid" / "The code is wrong, was used, or has expired.";
    TOO_MANY_CODES = "too_many_codes", Conflict, None,
        "发送过于频繁" / "一小时内至多发送 {limit} 次验证码，请稍后再试。",
        "Too many codes" / "At most {limit} codes are sent within an hour. Try again later.";
    NOTIFICATION_ALWAYS_SENT = "notification_always_sent", Invalid, None,
        "该类消息不能关闭" / "“{kind}”一律同时发送电子邮件，不能关闭。",
        "Notification cannot be switched off" / "“{kind}” always goes by e-mail as well.";
}

/// Checks that none of these kinds always goes by e-mail.
///
/// # Errors
/// `notification_always_sent`, with each such kind by its place in the list at `/inbox_only`.
pub fn check_inbox_only(kinds: &[NotificationKind]) -> Result<(), Violation> {
    match kinds.iter().position(|kind| kind.always_by_email()) {
        None => Ok(()),
        Some(index) => {
            let kind = kinds.get(index).copied().map_or_else(|| Words::verbatim(""), Words::from);
            Err(Violation::new(NOTIFICATION_ALWAYS_SENT)
                .with("kind", kind)
                .at(format!("/inbox_only/{index}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deferred_is_tried_seven_times() {
        let again = |number| after_attempt(number, AttemptOutcome::Deferred);
        assert_eq!(again(1), AfterAttempt::Again(TimeDelta::minutes(1)));
        assert_eq!(again(6), AfterAttempt::Again(TimeDelta::hours(24)));
        assert_eq!(again(7), AfterAttempt::Over(DeliveryState::Failed));
        assert_eq!(again(u32::MAX), AfterAttempt::Over(DeliveryState::Failed));
    }

    /// What is deferred to the last is still worth sending then, where it is a notification.
    #[test]
    fn a_notification_is_worth_all_its_attempts_and_a_code_its_life() {
        let last: TimeDelta = PAUSES.iter().sum();
        assert!(last < DeliveryKind::Notification.worth_sending_for());
        assert_eq!(DeliveryKind::PasswordReset.worth_sending_for(), TimeDelta::minutes(10));
        assert_eq!(DeliveryKind::EmailConfirmation.worth_sending_for(), TimeDelta::hours(24));
    }

    #[test]
    fn what_may_have_been_sent_is_not_sent_again() {
        for number in [1, 7] {
            for (outcome, status) in [
                (AttemptOutcome::Sent, DeliveryState::Sent),
                (AttemptOutcome::Refused, DeliveryState::Failed),
                (AttemptOutcome::Unknown, DeliveryState::Unknown),
            ] {
                assert_eq!(after_attempt(number, outcome), AfterAttempt::Over(status));
            }
        }
    }

    #[test]
    fn a15_1_a_major_hazard_is_told_by_email_as_well() {
        assert!(check_inbox_only(&[NotificationKind::HazardRecorded]).is_ok());
        let refused = check_inbox_only(&[NotificationKind::HazardRecorded, NotificationKind::MajorHazard]);
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, NOTIFICATION_ALWAYS_SENT);
        assert_eq!(refused.fields.first().map(|field| field.pointer.as_ref()), Some("/inbox_only/1"));
    }
}
