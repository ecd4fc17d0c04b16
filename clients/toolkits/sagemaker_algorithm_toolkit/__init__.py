"""What scripts use of the toolkit inside AWS's XGBoost image."""
