//! Identifiers of organisations and people that carry a check character.

mod citizen;
mod credit_code;
mod mobile;
mod name;

pub use citizen::{CitizenId, citizen_id_check};
pub use credit_code::{UnifiedSocialCreditCode, credit_code_check};
pub use mobile::MobileNumber;
pub use name::masked_name;

crate::codes! {
    CREDIT_CODE_INVALID = "unified_social_credit_code_invalid", Invalid, None,
        "统一社会信用代码有误" / "须为 18 位大写代码，且校验码正确（GB 32100-2015）。",
        "Unified social credit code not valid" / "It has 18 upper-case characters with a right check character (GB 32100-2015).";
    CITIZEN_ID_INVALID = "citizen_id_invalid", Invalid, Some("A8.1"),
        "公民身份号码有误" / "须为 18 位，出生日期有效且校验码正确（GB 11643）。",
        "Citizen id number not valid" / "It has 18 characters with a valid date of birth and a right check digit (GB 11643).";
    BIRTH_DATE_IN_FUTURE = "birth_date_in_future", Invalid, Some("A8.1"),
        "出生日期在未来" / "公民身份号码中的出生日期晚于今天。",
        "Born in the future" / "The date of birth in the citizen id number is after today.";
    MOBILE_NUMBER_INVALID = "mobile_number_invalid", Invalid, None,
        "手机号码有误" / "须为 11 位中国大陆手机号码。",
        "Mobile number not valid" / "It is a mobile number of mainland China with 11 digits.";
}

/// Reading from and writing to text for a newtype over `String` with `FromStr`.
macro_rules! textual {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = $crate::Violation;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}
use textual;

#[cfg(test)]
mod tests;
