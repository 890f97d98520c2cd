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
        "统一社会信用代码有误" / "统一社会信用代码为 18 位数字和大写字母，且校验码须正确（GB 32100-2015）。",
        "Unified social credit code not valid" / "A unified social credit code has 18 digits and capital letters and a correct check character (GB 32100-2015).";
    CITIZEN_ID_INVALID = "citizen_id_invalid", Invalid, Some("A8.1"),
        "公民身份号码有误" / "公民身份号码为 18 位，出生日期须有效且校验码须正确（GB 11643）。",
        "Citizen identity number not valid" / "A citizen identity number has 18 characters with a valid date of birth and a correct check digit (GB 11643).";
    BIRTH_DATE_IN_FUTURE = "birth_date_in_future", Invalid, Some("A8.1"),
        "出生日期有误" / "公民身份号码中的出生日期不得晚于今天。",
        "Date of birth in the future" / "The date of birth in the citizen identity number must not be after today.";
    MOBILE_NUMBER_INVALID = "mobile_number_invalid", Invalid, None,
        "手机号码有误" / "手机号码须为 11 位中国大陆手机号码。",
        "Mobile number not valid" / "The number must be a mobile number of mainland China with 11 digits.";
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
