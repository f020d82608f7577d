"""Assessment 评估: indicators observed, scored, warned of, acted on, and a period that closes. Looks over the working rooms."""
