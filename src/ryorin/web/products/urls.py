from django.urls import URLPattern, URLResolver, path

from ryorin.web.products import books, bundles, categories, prices, products, tax

urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", products.products, name="products"),
    path("products/new", products.product_new, name="product_new"),
    path("products/categories/", categories.categories, name="categories"),
    path("products/categories/<int:pk>/", categories.category, name="category"),
    path("products/categories/<int:pk>/delete/", categories.category_delete, name="category_delete"),
    path("products/<int:pk>", products.product, name="product"),
    path("products/<int:pk>/delete", products.product_delete, name="product_delete"),
    path("products/<int:pk>/parts/", bundles.product_parts, name="product_parts"),
    path("products/<int:pk>/parts/line/", bundles.product_parts_line, name="product_parts_line"),
    path("products/<int:pk>/parts/find/", bundles.product_parts_find, name="product_parts_find"),
    path("prices/", books.price_books, name="price_books"),
    path("prices/new/", books.price_book_new, name="price_book_new"),
    path("prices/try/", prices.price_try, name="price_try"),
    path("prices/<int:pk>/", books.price_book, name="price_book"),
    path("prices/<int:pk>/edit/", books.price_book_edit, name="price_book_edit"),
    path("prices/<int:pk>/delete/", books.price_book_delete, name="price_book_delete"),
    path("prices/<int:pk>/sheet/", prices.price_sheet, name="price_sheet"),
    path("prices/<int:pk>/line/", prices.price_line, name="price_line"),
    path("prices/<int:pk>/find/", prices.price_find, name="price_find"),
    path("prices/<int:pk>/file/", prices.price_file, name="price_file"),
    path("settings/tax/", tax.tax_rates, name="tax_rates"),
]
