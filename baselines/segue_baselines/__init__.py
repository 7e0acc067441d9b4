"""The trained baselines of `segue evaluate`, as files beside this one; `segue` reads them."""
