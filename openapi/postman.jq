# Leaves the shared refusals out of the contract, except `default`: Postman keeps for each answer a copy of its whole request.
.paths[][].responses |= with_entries(select(.key == "default" or ((.value["$ref"] // "") | startswith("#/components/responses/Problem") | not)))
