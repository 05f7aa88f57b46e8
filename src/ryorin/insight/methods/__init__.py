"""Statistical methods: pure functions of arrays, each with its formula, its units and its paper."""
