"""The story of Công ty CP Thực phẩm Hương Sen, as data: who wanted what, and what happened.

Everything here is told in story time (Q1/2025 to Q4/2026) and knows neither the database
nor today; `telling` goes through its chapters, `calendar` moves it to where today stands,
`script` puts it in order of time.
"""
