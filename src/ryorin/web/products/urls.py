from django.urls import URLPattern, URLResolver, path

from ryorin.web.products import products

urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", products.products, name="products"),
    path("products/new", products.product_new, name="product_new"),
    path("products/<int:pk>", products.product, name="product"),
    path("products/<int:pk>/delete", products.product_delete, name="product_delete"),
]
