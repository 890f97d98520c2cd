"""A check of schemathesis: a refusal has a code that its operation lists in `x-problem-codes`."""

import schemathesis


@schemathesis.check
def problem_code_is_listed(ctx, response, case):
    media_type = response.headers.get("content-type", [""])[0].partition(";")[0].strip()
    if media_type != "application/problem+json":
        return
    if response.request.method != case.operation.method.upper():
        # Another method than the contract has there: no operation answers.
        return
    code = response.json()["code"]
    listed = case.operation.definition.raw["x-problem-codes"]
    # `default` stands for every status that has no entry of its own, and for what comes before an operation is found.
    expected = [*listed.get(str(response.status_code), []), *listed.get("default", [])]
    assert code in expected, (
        f"{response.status_code} has the code `{code}`, which x-problem-codes does not list; listed: {', '.join(sorted(expected))}"
    )
