"""The one place that knows how Label Studio puts things: its controls, its results and its API.

    config = label_config(layout)                          # what a project asks, as Label Studio's XML
    read = read_results(results, layout, texts)            # what somebody answered there, as a form of ours

`sdk` alone imports label-studio-sdk, in the worker; `client` speaks to a Label Studio through `egress`.
"""
