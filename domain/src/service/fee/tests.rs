use proptest::prelude::*;

use super::*;
use crate::base::money::MONEY_OUT_OF_RANGE;

fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    crate::fixtures::day("2026-03-02")
}

fn cap(premium: Money) -> Money {
    super::cap(premium, today())
}

fn check_cap(base: Money, committed_elsewhere: Money, fee: Money) -> Result<(), Violation> {
    super::check_cap(base, today(), committed_elsewhere, fee)
}

fn quote_premium_ratio(premium: Money, fee: Money) -> Quote {
    quote(FeeMode::PremiumRatio, premium, Some(fee), &[], today()).unwrap()
}

fn quote_actual_cost(premium: Money, lines: &[CostLine]) -> Result<Quote, Violation> {
    quote(FeeMode::ActualCost, premium, None, lines, today())
}

fn line(quantity: &str, unit_price: &str) -> CostLine {
    CostLine {
        item: "隐患排查".into(),
        unit: "次".into(),
        quantity: quantity.parse().unwrap(),
        unit_price: unit_price.parse().unwrap(),
    }
}

#[test]
fn a3_1_the_cap_is_rounded_down() {
    for (premium, expected) in [
        ("0", "0"),
        ("0.04", "0"),
        ("0.05", "0.01"),
        ("100000.00", "21000.00"),
        ("100000.03", "21000.00"),
        ("100000.05", "21000.01"),
        ("9999999999999.99", "2099999999999.99"),
    ] {
        assert_eq!(cap(yuan(premium)), yuan(expected), "{premium}");
    }
}

#[test]
fn a3_1_another_share_measures_later_policies_and_no_earlier_one() {
    let day = crate::fixtures::day;
    const CHANGED: NaiveDate = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let percent = Provision { later: &[(CHANGED, 25)], ..FEE_CAP_PERCENT };
    for (insured_from, expected) in
        [("2024-06-01", "21000"), ("2026-12-31", "21000"), ("2027-01-01", "25000"), ("2028-01-01", "25000")]
    {
        assert_eq!(cap_by(&percent, yuan("100000"), day(insured_from)), yuan(expected), "{insured_from}");
    }
}

#[test]
fn a3_1_exactly_the_cap_is_allowed_and_one_fen_more_is_not() {
    let base = yuan("100000.03");
    assert_eq!(check_cap(base, Money::ZERO, yuan("21000.00")), Ok(()));
    assert_eq!(check_cap(base, yuan("20000.00"), yuan("1000.00")), Ok(()));
    let violation = check_cap(base, yuan("20000.00"), yuan("1000.01")).unwrap_err();
    assert_eq!(violation.code, FEE_CAP_EXCEEDED);
    let params: Vec<_> = violation.params.iter().map(|(name, value)| (*name, value.zh.as_str())).collect();
    // The share is in the title of the refusal.
    let expected = [
        ("A3.1", "21"),
        ("cap", "21000.00 元"),
        ("committed", "20000.00 元"),
        ("fee", "1000.01 元"),
        ("remaining", "1000.00 元"),
    ];
    assert_eq!(params, expected);
}

#[test]
fn a3_1_a_premium_that_sinks_below_what_is_commissioned_is_refused() {
    assert_eq!(check_cap(yuan("1000"), yuan("210"), Money::ZERO), Ok(()));
    assert!(check_cap(yuan("999.99"), yuan("210"), Money::ZERO).is_err());
}

#[test]
fn a_share_has_six_places_rounded_half_up() {
    for (fee, premium, share) in [
        ("21000", "100000", "0.210000"),
        ("1", "3", "0.333333"),
        ("2", "3", "0.666667"),
        ("0.01", "20000", "0.000001"),
        ("0.01", "20000.01", "0.000000"),
        ("9999999999999.99", "0.01", "999999999999999.000000"),
    ] {
        assert_eq!(share_of_premium(yuan(fee), yuan(premium)).unwrap().to_string(), share, "{fee}/{premium}");
    }
    assert_eq!(share_of_premium(yuan("1"), Money::ZERO), None);
}

#[test]
fn quotes_say_the_cap_and_whether_it_binds() {
    let ratio = quote_premium_ratio(yuan("100000.03"), yuan("21000.01"));
    assert_eq!((ratio.cap, ratio.within_cap), (yuan("21000.00"), Some(false)));
    assert_eq!(quote_premium_ratio(yuan("100000.03"), yuan("21000")).within_cap, Some(true));

    let actual = quote_actual_cost(yuan("1000"), &[line("3", "100")]).unwrap();
    assert_eq!((actual.fee, actual.cap, actual.within_cap), (yuan("300"), yuan("210"), None));
    assert_eq!((actual.mode, actual.premium_total), (FeeMode::ActualCost, yuan("1000")));
    assert_eq!(actual.share_of_premium.map(|share| share.to_string()).as_deref(), Some("0.300000"));
}

#[test]
fn a3_2_the_sum_is_exact_and_must_be_whole_fen() {
    let thirds = [line("0.3333", "0.01"), line("0.6667", "0.01")];
    assert_eq!(actual_cost_total(&thirds), Ok(yuan("0.01")));
    let violation = actual_cost_total(&thirds[..1]).unwrap_err();
    assert_eq!((violation.code, violation.fields[0].pointer.as_ref()), (FEE_NOT_WHOLE_FEN, "/cost_lines"));
    assert_eq!(violation.params, [("total", crate::Words::verbatim("0.003333"))]);
    assert_eq!(actual_cost_total(&[line("1.500000", "2.5000000")]), Ok(yuan("3.75")));
    assert_eq!(actual_cost_total(&[line("1", "0")]), Ok(Money::ZERO));
}

#[test]
fn a3_2_every_bad_line_is_named_at_once() {
    let lines = [
        CostLine { item: " ".into(), ..line("0", "1") },
        line("1.0001", "1.0001"),
        CostLine { unit: "次".repeat(21), ..line("-1", "-0.01") },
        line("1.00001", "1.00001"),
        line("99999999999999", "99999999999999"),
    ];
    let violation = actual_cost_total(&lines).unwrap_err();
    let fields: Vec<_> = violation.fields.iter().map(|field| (field.pointer.as_ref(), field.code)).collect();
    let expected = [
        ("/cost_lines/0/item", COST_TEXT_INVALID),
        ("/cost_lines/0/quantity", COST_QUANTITY_INVALID),
        ("/cost_lines/2/unit", COST_TEXT_INVALID),
        ("/cost_lines/2/quantity", COST_QUANTITY_INVALID),
        ("/cost_lines/2/unit_price", COST_UNIT_PRICE_INVALID),
        ("/cost_lines/3/quantity", COST_QUANTITY_INVALID),
        ("/cost_lines/3/unit_price", COST_UNIT_PRICE_INVALID),
        ("/cost_lines/4/quantity", COST_LINE_TOO_LARGE),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a3_2_the_number_of_lines_and_the_total_have_limits() {
    let code = |lines: &[CostLine]| actual_cost_total(lines).map_err(|violation| violation.code);
    assert_eq!(code(&[]), Err(COST_LINES_COUNT));
    assert_eq!(code(&vec![line("1", "1"); MAX_COST_LINES]), Ok(yuan("200")));
    assert_eq!(code(&vec![line("1", "1"); MAX_COST_LINES + 1]), Err(COST_LINES_COUNT));
    assert_eq!(code(&[line("1", "9999999999999.99")]), Ok(Money::MAX));
    assert_eq!(code(&[line("1", "9999999999999.99"), line("1", "0.01")]), Err(MONEY_OUT_OF_RANGE));
    assert_eq!(code(&vec![line("1", "9999999999999.99"); MAX_COST_LINES]), Err(MONEY_OUT_OF_RANGE));
}

proptest! {
    #[test]
    fn the_cap_is_the_largest_fee_that_is_allowed(fen in 1..=Money::MAX.fen(), committed in 0..=Money::MAX.fen()) {
        let premium = Money::from_fen(fen).unwrap();
        let cap = cap(premium);
        prop_assert!(i128::from(cap.fen()) * 100 <= i128::from(fen) * 21);
        prop_assert!(i128::from(cap.fen() + 1) * 100 > i128::from(fen) * 21);
        let committed = Money::from_fen(committed % (cap.fen() + 1)).unwrap();
        let left = cap.less(committed);
        prop_assert!(check_cap(premium, committed, left).is_ok());
        prop_assert!(check_cap(premium, committed, left.plus(Money::from_fen(1).unwrap()).unwrap()).is_err());
    }

    #[test]
    fn the_sum_is_exact_in_any_order(amounts in prop::collection::vec((1_i64..1_000_000, 0_i64..100_000_000), 1..=50)) {
        let mut lines: Vec<_> = amounts
            .iter()
            .map(|(quantity, price)| CostLine {
                quantity: Decimal::new(*quantity, 4),
                unit_price: Decimal::new(*price, 2),
                ..line("1", "1")
            })
            .collect();
        let exact: i64 = amounts.iter().map(|(quantity, price)| quantity * price).sum();
        let total = actual_cost_total(&lines);
        lines.reverse();
        prop_assert_eq!(&total, &actual_cost_total(&lines));
        match total {
            Ok(total) => prop_assert_eq!(total.fen() * 10_000, exact),
            Err(violation) => prop_assert!(violation.code == FEE_NOT_WHOLE_FEN && exact % 10_000 != 0),
        }
    }

    #[test]
    fn a_share_is_within_half_a_place(fee in 0..=Money::MAX.fen(), premium in 1..=Money::MAX.fen()) {
        let share = share_of_premium(Money::from_fen(fee).unwrap(), Money::from_fen(premium).unwrap()).unwrap();
        let off = share.mantissa() * i128::from(premium) - i128::from(fee) * 1_000_000;
        prop_assert!(-i128::from(premium) < 2 * off && 2 * off <= i128::from(premium));
    }
}
