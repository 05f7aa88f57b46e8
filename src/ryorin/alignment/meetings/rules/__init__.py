"""Pure decisions about meetings: when they are, which cases are worth telling, how findings are said."""
