"""The shell of the REST API: one error shape, paging, renderers, ETags, the OpenAPI document.

What is answered belongs to the apps; how it is asked and answered is here, once.
"""
