from tests.elasticsearch.fixtures import elasticsearch_url

__all__ = ["elasticsearch_url"]
